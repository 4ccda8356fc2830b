import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signed_tokens import AUDIENCE, ISSUER, ec_key, public, rsa_key, signed, write
from workup.serve.errors import ServeError
from workup.serve.problems import Problem
from workup.serve.security.bearer import Bearer
from workup.serve.security.roles import Role
from workup.serve.settings import Settings

RSA, EC, OTHER = rsa_key(), ec_key(), rsa_key()


def bearer_of(jwks, **settings):
    return Bearer(
        Settings.load({}, oidc_issuer=ISSUER, oidc_audience=AUDIENCE, oidc_jwks=str(jwks), **settings)
    )


def refused(bearer, token):
    """Why a token is refused."""
    with pytest.raises(Problem) as caught:
        bearer.check(token)
    assert (caught.value.status, caught.value.headers["WWW-Authenticate"]) == (401, "Bearer")
    return caught.value.detail


@pytest.fixture
def bearer(tmp_path):
    return bearer_of(write(tmp_path / "jwks.json", public(RSA, "1"), public(EC, "2")))


def test_a_token_of_the_issuer_is_its_subject_with_its_roles(bearer):
    caller = bearer.check(signed(RSA, roles=["clinician", "viewer", "pope"]))
    assert (caller.name, caller.roles, caller.via) == ("oidc:ann", {Role.CLINICIAN, Role.VIEWER}, "oidc")
    assert bearer.check(signed(EC, "2", "ES384")).name == "oidc:ann"
    assert bearer.check(signed(RSA, algorithm="PS256")).name == "oidc:ann"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"iss": "https://evil.example"}, "another issuer than WORKUP_OIDC_ISSUER"),
        ({"iss": None}, "lacks 'iss'"),
        ({"aud": "another service"}, "is not for this service: its 'aud' is not WORKUP_OIDC_AUDIENCE"),
        ({"aud": None}, "lacks 'aud'"),
        ({"exp": time.time() - 3600}, "has expired"),
        ({"exp": None}, "lacks 'exp'"),
        ({"nbf": time.time() + 3600}, "does not hold yet"),
        ({"sub": None}, "lacks 'sub'"),
        ({"sub": ""}, "has a 'sub' that is not 1 to 200 characters that can be printed"),
        ({"sub": "a\x00b"}, "has a 'sub'"),
        ({"sub": "a" * 1000}, "has a 'sub'"),
        ({"sub": 7}, "has a claim of the wrong form"),
    ],
)
def test_a_token_whose_claims_do_not_hold_is_refused_with_the_reason(bearer, claims, why):
    told = refused(bearer, signed(RSA, **claims))
    assert why in told
    assert "evil" not in told
    assert ISSUER not in told


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "a.b", ".." * 500, "ü.ü.ü"])
def test_what_is_no_token_is_refused(bearer, token):
    assert refused(bearer, token) == "the token is neither an API key nor a JSON Web Token"


def test_a_token_that_somebody_else_signed_is_refused(bearer):
    assert "is not signed with a key of the issuer" in refused(bearer, signed(OTHER))
    assert "is not signed with a key of the issuer" in refused(bearer, signed(RSA, "3"))
    assert "is not signed with a key of the issuer" in refused(bearer, signed(RSA, None))
    assert "is not signed with a key of the issuer" in refused(
        bearer, signed(OTHER, headers={"jwk": public(OTHER, "1")})
    )


def test_a_token_with_the_algorithm_of_another_kind_of_key_is_refused(bearer):
    assert "is not signed with a key of the issuer" in refused(bearer, signed(EC, "1", "ES384"))
    assert "is not signed with a key of the issuer" in refused(bearer, signed(RSA, "2"))


def test_a_token_without_a_signature_is_refused(bearer):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims = jwt.decode(signed(RSA), options={"verify_signature": False})
    for algorithm in ("none", "None", "NONE"):
        assert refused(bearer, f"{part({'alg': algorithm, 'kid': '1'})}.{part(claims)}.")


def test_the_public_key_is_no_secret_to_sign_with(bearer, tmp_path):
    pem = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = {"alg": "HS256", "kid": "1", "typ": "JWT"}
    claims = jwt.decode(signed(RSA), options={"verify_signature": False})

    def part(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=")

    body = b".".join(part(json.dumps(value).encode()) for value in (header, claims))
    signature = part(hmac.new(pem, body, hashlib.sha256).digest())
    assert refused(bearer, (body + b"." + signature).decode())
    shared = {"kty": "oct", "kid": "1", "k": part(b"s" * 32).decode(), "alg": "HS256"}
    symmetric = bearer_of(write(tmp_path / "oct.json", shared))
    assert refused(symmetric, signed(b"s" * 32, algorithm="HS256"))


@pytest.mark.filterwarnings("ignore:The RSA key is")
def test_a_key_that_is_too_short_signs_nothing(tmp_path):
    weak = rsa_key(1024)
    assert refused(bearer_of(write(tmp_path / "weak.json", public(weak, "1"))), signed(weak))


@pytest.mark.parametrize(
    ("place", "claims", "roles"),
    [
        ("roles", {"roles": "viewer reviewer"}, {Role.VIEWER, Role.REVIEWER}),
        ("realm_access.roles", {"realm_access": {"roles": ["operator"]}}, {Role.OPERATOR}),
        ("https://workup/roles", {"https://workup/roles": ["viewer"]}, {Role.VIEWER}),
        ("roles", {"roles": None}, set()),
        ("roles", {"roles": {"viewer": True}}, set()),
        ("roles", {"roles": [["viewer"], 3]}, set()),
        ("a.b", {"a": "viewer"}, set()),
    ],
)
def test_roles_are_read_from_the_claim_that_is_set(tmp_path, place, claims, roles):
    bearer = bearer_of(write(tmp_path / "jwks.json", public(RSA, "1")), oidc_roles=place)
    assert bearer.check(signed(RSA, **claims)).roles == roles


def test_without_an_issuer_no_token_is_taken():
    told = refused(Bearer(Settings.load({})), signed(RSA))
    assert "this service takes no tokens" in told
    assert "WORKUP_OIDC_ISSUER" in told


def test_keys_that_cannot_be_read_at_the_start_are_one_error(tmp_path):
    with pytest.raises(ServeError, match=r"WORKUP_OIDC_JWKS: .*none\.json is no JWK Set"):
        bearer_of(tmp_path / "none.json")
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(ServeError, match=r"list\.json is no JWK Set"):
        bearer_of(tmp_path / "list.json")
    with pytest.raises(ServeError, match="keys must come over https"):
        bearer_of("http://id.example.org/keys")

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from cds_client import ISSUER, RSA_KEY, SERVICE, STRANGER, token, trusted
from workup.serve.cds.clients import Token, TrustedClients, use
from workup.serve.errors import ServeError
from workup.serve.problems import Problem
from workup.serve.store.tables import UsedToken


@pytest.fixture(scope="module")
def clients(tmp_path_factory):
    return TrustedClients.load(trusted(tmp_path_factory.mktemp("clients")))


def refused(call, *given):
    with pytest.raises(Problem) as caught:
        call(*given)
    assert caught.value.status == 401
    assert caught.value.headers["WWW-Authenticate"].startswith("Bearer")
    return caught.value.detail


@pytest.mark.parametrize("given", [{}, {"key": RSA_KEY, "algorithm": "RS384", "kid": "rsa"}])
def test_a_client_is_known_by_its_signature(clients, given):
    found = clients.check(token(**given, jti="once"), [SERVICE])
    assert (found.issuer, found.jti) == (ISSUER, "once")
    assert found.expires > datetime.now(UTC) + timedelta(minutes=5)


def test_the_audience_may_be_a_list_and_one_of_several_addresses(clients):
    assert clients.check(token(aud=[SERVICE]), [f"{SERVICE}/feedback", SERVICE])


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"key": STRANGER}, "a signature that the client's key does not verify"),
        ({"iss": "https://other.example.org"}, "an issuer that is no trusted client"),
        ({"iss": None}, "an issuer that is no trusted client"),
        ({"aud": f"{SERVICE}-2"}, f"its 'aud' must be {SERVICE}"),
        ({"aud": None}, "lacks 'aud'"),
        ({"exp": int(time.time()) - 100}, "has expired"),
        ({"exp": int(time.time()) + 9_000}, "holds too long"),
        ({"exp": None}, "lacks 'exp'"),
        ({"iat": int(time.time()) + 900}, "is from the future"),
        ({"iat": None}, "lacks 'iat'"),
        ({"jti": None}, "lacks 'jti'"),
        ({"jti": ""}, "has a 'jti' that is not 1 to 255 characters long"),
        ({"jti": "x" * 256}, "has a 'jti' that is not 1 to 255 characters long"),
        ({"jti": "\ud800"}, "all of which can be printed"),
        ({"jti": "a\x00"}, "all of which can be printed"),
        ({"kid": "other"}, "no key ('kid') that the client has"),
        ({"kid": "rsa"}, "no key ('kid') that the client has"),
        ({"algorithm": "RS256", "key": RSA_KEY, "kid": "rsa"}, "sign it with ES384 or RS384"),
    ],
)
def test_a_token_that_does_not_hold_is_refused_with_the_reason(clients, given, why):
    assert why in refused(clients.check, token(**given), [SERVICE])


def test_a_token_without_a_signature_is_refused(clients):
    unsigned = token(None, "none")
    assert "is not signed" in refused(clients.check, unsigned, [SERVICE])


def test_a_token_signed_with_a_shared_secret_is_refused(clients):
    shared = token("s" * 48, "HS256")
    assert "shared secret" in refused(clients.check, shared, [SERVICE])


@pytest.mark.parametrize("text", ["", "a.b.c", "x" * 10_000, "ey.ey.ey", "é.é.é"])
def test_what_is_no_token_is_refused(clients, text):
    assert refused(clients.check, text, [SERVICE]) == "the token is no JSON Web Token"


def test_without_a_file_no_client_is_trusted():
    assert "no trusted client" in refused(TrustedClients.load(None).check, token(), [SERVICE])


def test_a_token_is_taken_once(clients, opened):
    first = clients.check(token(jti="once"), [SERVICE])
    with opened.session() as session:
        use(session, first)
    with opened.session() as session:
        assert "was used before" in refused(use, session, first)


def test_the_same_jti_of_another_client_is_another_token(opened):
    later = datetime.now(UTC) + timedelta(minutes=5)
    with opened.session() as session:
        use(session, Token("a", "1", later))
        use(session, Token("b", "1", later))


def test_expired_tokens_are_forgotten(opened):
    now = datetime.now(UTC)
    with opened.session() as session:
        use(session, Token("a", "1", now - timedelta(minutes=1)))
        use(session, Token("a", "2", now + timedelta(minutes=5)))
        assert session.scalar(select(func.count()).select_from(UsedToken)) == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{", "is not JSON"),
        ("[]", "must hold"),
        ('{"https://a.example": {"keys": []}}', "must hold"),
        ('{"https://a.example": "nowhere.json"}', "nowhere.json"),
        ('{"https://a.example": "http://a.example/keys"}', "https"),
    ],
)
def test_a_file_of_clients_that_cannot_be_used_is_refused(tmp_path, content, why):
    (tmp_path / "clients.json").write_text(content)
    with pytest.raises(ServeError, match=why):
        TrustedClients.load(tmp_path / "clients.json")


def test_a_missing_file_of_clients_is_named(tmp_path):
    with pytest.raises(ServeError, match="cannot be read: No such file"):
        TrustedClients.load(tmp_path / "clients.json")

from types import SimpleNamespace
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from signed_tokens import AUDIENCE, ISSUER, public, rsa_key, signed, write
from workup.serve import problems
from workup.serve.security import sessions
from workup.serve.security.bearer import Bearer
from workup.serve.security.callers import require
from workup.serve.security.keys import Keys
from workup.serve.security.roles import Caller, Role
from workup.serve.settings import Settings

RSA = rsa_key()
OWN, OTHER = "http://testserver", "https://evil.example"


@pytest.fixture
def service(quick, tmp_path):
    place = write(tmp_path / "jwks.json", public(RSA, "1"))
    settings = Settings.load({}, oidc_issuer=ISSUER, oidc_audience=AUDIENCE, oidc_jwks=place)
    return SimpleNamespace(settings=settings, database=quick, keys=Keys(), bearer=Bearer(settings))


@pytest.fixture
def client(service):
    app = FastAPI()
    problems.install(app)
    app.state.service = service

    @app.get("/cases")
    @app.post("/cases", include_in_schema=False)
    def cases(caller: Annotated[Caller, Depends(require(Role.CLINICIAN, Role.REVIEWER))]) -> str:
        return f"{caller.name} by {caller.via}"

    with TestClient(app) as client:
        yield client


@pytest.fixture
def key(service):
    with service.database.session() as session:
        return service.keys.create(session, "ward", [Role.CLINICIAN], by="test")


@pytest.fixture
def cookie(service, key):
    with service.database.session() as session:
        return {"Cookie": f"{sessions.COOKIE}={sessions.begin(session, 'ward')}"}


def test_nobody_is_let_in_without_saying_who_they_are(client):
    done = client.get("/cases")
    assert (done.status_code, done.headers["www-authenticate"]) == (401, "Bearer")
    assert "X-API-Key" in done.json()["detail"]


def test_a_key_is_taken_in_either_header(client, key):
    assert client.get("/cases", headers={"X-API-Key": key}).json() == "ward by key"
    assert client.get("/cases", headers={"Authorization": f"Bearer {key}"}).json() == "ward by key"


def test_a_token_of_the_issuer_is_taken(client):
    done = client.get("/cases", headers={"Authorization": f"Bearer {signed(RSA)}"})
    assert done.json() == "oidc:ann by oidc"


def test_any_of_the_roles_will_do_and_no_other(client):
    def status(*roles):
        token = signed(RSA, roles=list(roles))
        return client.get("/cases", headers={"Authorization": f"Bearer {token}"}).status_code

    assert status("reviewer") == 200
    assert status("operator", "viewer") == 403
    assert status() == 403


def test_who_lacks_the_role_is_told_what_they_have_and_where_an_issuer_has_to_put_it(client, service):
    def told(*roles):
        token = signed(RSA, roles=list(roles))
        return client.get("/cases", headers={"Authorization": f"Bearer {token}"}).json()["detail"]

    wanted = "this asks for the role clinician or reviewer; "
    assert told("viewer") == f"{wanted}you have viewer"
    assert told("pope") == f"{wanted}the token has none in its claim 'roles' (WORKUP_OIDC_ROLES)"


def test_a_token_that_is_refused_and_a_key_that_is_each_learn_why(client):
    expired = {"Authorization": f"Bearer {signed(RSA, exp=1)}"}
    assert "has expired" in client.get("/cases", headers=expired).json()["detail"]
    wrong = {"X-API-Key": "wk_00000000_" + "x" * 43}
    assert "this is no API key that holds" in client.get("/cases", headers=wrong).json()["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-Key": "wk_00000000_" + "x" * 43},
        {"X-API-Key": ""},
        {"Authorization": "Bearer wk_"},
        {"Authorization": "Bearer a.b.c"},
        {"Authorization": "Basic YTpi"},
        {"Cookie": f"{sessions.COOKIE}=nobody"},
    ],
)
def test_what_does_not_hold_is_nobody(client, key, headers):
    assert client.get("/cases", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, "nobody: say who you are"),
        ({"X-API-Key": "wk_0123abcd_" + "x" * 43}, "the key wk_0123abcd: this is no API key that holds"),
        ({"Authorization": "Bearer wk_xxx"}, "what has not the form of a key: this is no API key that holds"),
        ({"Authorization": "Bearer a.b.c"}, "a token: the token is neither an API key nor"),
        ({"Cookie": f"{sessions.COOKIE}=xxx"}, "a session: say who you are"),
    ],
)
def test_who_is_refused_stands_in_the_log_without_what_is_secret(client, caplog, headers, told):
    client.get("/cases", headers=headers)
    assert f": refused, {told}" in caplog.messages[-1]
    assert not any("xxx" in line or "a.b.c" in line for line in caplog.messages)


def test_a_refusal_for_another_reason_stands_in_the_log_too(client, cookie, caplog):
    token = {"Authorization": f"Bearer {signed(RSA, roles=['viewer'])}"}
    client.get("/cases", headers=token)
    assert "refused, oidc:ann: this asks for the role clinician or reviewer" in caplog.messages[-1]
    client.post("/cases", headers=cookie)
    assert "refused, a session: a session of the page may change things only" in caplog.messages[-1]


def test_a_wrong_key_is_not_made_up_for_by_a_session(client, cookie):
    assert client.get("/cases", headers={**cookie, "X-API-Key": "wrong"}).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": OWN}, 200),
        ({"Sec-Fetch-Site": "same-site", "Origin": OWN}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": OTHER}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_a_session_changes_things_from_the_page_alone(client, cookie, headers, status):
    assert client.post("/cases", headers={**cookie, **headers}).status_code == status
    assert client.get("/cases", headers={**cookie, **headers}).status_code == 200


def test_a_key_may_be_used_from_anywhere(client, key):
    assert client.post("/cases", headers={"X-API-Key": key, "Origin": OTHER}).status_code == 200


def test_a_route_without_a_role_cannot_be_made():
    with pytest.raises(ValueError, match="name the roles"):
        require()


def test_the_way_to_show_who_one_is_stands_in_the_description(client):
    schemes = client.get("/openapi.json").json()["components"]["securitySchemes"]
    assert set(schemes) == {"API key", "Bearer token"}

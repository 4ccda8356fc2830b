from typing import Annotated

import pytest
from fastapi import FastAPI, Query
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field, ValidationError, model_validator
from sqlalchemy.exc import IntegrityError
from starlette.exceptions import HTTPException

from workup.errors import DataError, RegistryError, SaveError
from workup.serve import problems
from workup.serve.errors import Unavailable
from workup.serve.headers import AnswerHeaders
from workup.serve.problems import Fault, Guard, Problem

RAISED = {
    "problem": Problem(418, "this is a teapot", [Fault(field="pot", detail="is short")], {"X-Pot": "stout"}),
    "data": DataError("there is no case"),
    "registry": RegistryError("it serves already"),
    "disk": SaveError("the disk is full"),
    "database": Unavailable("postgresql://secret-host/ does not answer"),
    "twice": IntegrityError("INSERT", {}, Exception("unique")),
    "elsewhere": HTTPException(303, headers={"Location": "/login"}),
    "bug": RuntimeError("Mr Gonzalez"),
}


class Body(BaseModel):
    text: Annotated[str, Field(min_length=3)]
    numbers: list[int] = Field(default_factory=list)


class Whole(BaseModel):
    text: str

    @model_validator(mode="after")
    def _fits(self):
        raise ValueError("nothing fits")


@pytest.fixture(scope="module")
def client():
    app = FastAPI(docs_url=None)
    problems.install(app)
    app.add_middleware(Guard)
    app.add_middleware(AnswerHeaders, public_url="http://localhost", shared=False)

    @app.get("/raise/{kind}")
    def raising(kind: str) -> None:
        raise RAISED[kind]

    @app.post("/cases")
    def cases(body: Body, limit: Annotated[int, Query(ge=1)] = 1) -> None: ...

    return TestClient(app, raise_server_exceptions=False, follow_redirects=False)


def asked(client, kind):
    found = client.get(f"/raise/{kind}", headers={"X-Request-ID": "r-1"})
    assert found.headers["content-type"] == "application/problem+json"
    assert found.json()["request"] == found.headers["X-Request-ID"] == "r-1"
    return found


def test_a_problem_is_told_as_rfc_9457_has_it(client):
    found = asked(client, "problem")
    assert found.json() == {
        "type": "about:blank",
        "title": "I'm a Teapot",
        "status": 418,
        "detail": "this is a teapot",
        "request": "r-1",
        "errors": [{"field": "pot", "detail": "is short"}],
    }
    assert (found.status_code, found.headers["X-Pot"]) == (418, "stout")


@pytest.mark.parametrize(
    ("kind", "status"), [("data", 422), ("registry", 409), ("disk", 503), ("twice", 409)]
)
def test_errors_of_the_other_rooms_have_their_status(client, kind, status):
    found = asked(client, kind)
    assert found.status_code == found.json()["status"] == status


def test_who_may_come_again_is_told_when(client):
    assert int(asked(client, "disk").headers["Retry-After"]) > 0


def test_the_address_of_the_database_is_for_the_operator_alone(client, caplog):
    found = asked(client, "database")
    assert found.status_code == 503
    assert "secret-host" not in found.text
    assert "request r-1: postgresql://secret-host/" in caplog.text


def test_what_nobody_foresaw_is_told_without_a_word_of_it_and_is_in_the_log(client, caplog):
    found = asked(client, "bug")
    assert found.status_code == 500
    assert "Gonzalez" not in found.text
    assert "r-1" in found.json()["detail"]
    assert "request r-1 failed" in caplog.text


def test_a_redirect_is_no_problem(client):
    found = client.get("/raise/elsewhere")
    assert (found.status_code, found.headers["location"], found.text) == (303, "/login", "")


def test_each_field_at_fault_is_named_without_its_value(client):
    found = client.post("/cases?limit=0", json={"text": "Mr", "numbers": [1, "Gonzalez"]})
    assert found.status_code == 422
    assert {one["field"] for one in found.json()["errors"]} == {"query.limit", "text", "numbers.1"}
    assert "Gonzalez" not in found.text


def test_a_missing_field_is_called_missing(client):
    errors = client.post("/cases", json={}).json()["errors"]
    assert errors == [{"field": "text", "detail": "is missing"}]


def test_a_fault_of_the_whole_that_no_route_has_placed_is_told_without_a_field():
    with pytest.raises(ValidationError) as caught:
        Whole(text="a")
    (fault,) = problems.of_validation(caught.value.errors()).errors
    assert (fault.field, fault.detail) == ("", "nothing fits")


def test_only_the_first_of_very_many_faults_are_named(client):
    found = client.post("/cases", json={"text": "fever", "numbers": ["x"] * 1000}).json()
    assert len(found["errors"]) == 20
    assert "of 1000 faults" in found["detail"]


def test_an_address_that_is_not_there_is_told_with_the_nearest(client):
    assert client.get("/case").json()["detail"] == "there is no /case; did you mean /cases?"
    assert "/openapi.json says" in client.get("/nothing-like-it-at-all").json()["detail"]


def test_a_method_that_is_not_taken_is_told_with_those_that_are(client):
    found = client.get("/cases")
    assert (found.status_code, found.headers["allow"]) == (405, "POST")
    assert found.json()["detail"] == "/cases takes POST"

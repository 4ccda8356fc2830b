import anyio
import httpx
import pytest
from starlette.responses import JSONResponse, PlainTextResponse

from workup.serve.fhir.outcome import MEDIA_TYPE, OperationOutcomes, operation_outcome
from workup.serve.problems import Fault, Problem

FAULTY = Problem(422, "mend it", [Fault(field="entry.1.resource.code", detail="is missing")])


def asked(response, accept=MEDIA_TYPE, path="/v1/fhir/assess"):
    """What a client is told by a service that answers so."""

    async def ask():
        transport = httpx.ASGITransport(OperationOutcomes(response))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path, headers={"accept": accept})

    return anyio.run(ask)


def test_a_problem_is_told_as_an_operation_outcome():
    told = asked(FAULTY.response("req-1"), accept="application/fhir+json, application/json")
    assert told.status_code == 422
    assert told.headers["content-type"] == MEDIA_TYPE
    assert told.json() == {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "error",
                "code": "invalid",
                "details": {"text": "is missing"},
                "diagnostics": "mend it (request req-1)",
                "expression": ["Bundle.entry[1].resource.code"],
            }
        ],
    }


@pytest.mark.parametrize(
    ("path", "field"), [("/v1/assessments", "text"), ("/v1/fhir/assess", "query.explain")]
)
def test_a_field_that_is_in_no_bundle_has_no_expression_and_is_named_in_words(path, field):
    problem = Problem(422, "mend it", [Fault(field=field, detail="is missing")])
    (issue,) = asked(problem.response("req-1"), path=path).json()["issue"]
    assert (issue["details"]["text"], "expression" in issue) == (f"{field} is missing", False)


def test_headers_of_the_problem_stay():
    told = asked(Problem(503, "later", headers={"Retry-After": "2"}).response("req-1"))
    assert told.headers["retry-after"] == "2"
    assert told.json()["issue"][0]["code"] == "transient"
    assert told.json()["issue"][0]["severity"] == "fatal"


def test_who_does_not_speak_fhir_is_told_the_problem_itself():
    told = asked(FAULTY.response("req-1"), accept="*/*")
    assert told.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("response", [JSONResponse({"a": 1}), PlainTextResponse("a" * 100_000)])
def test_other_answers_pass_as_they_are(response):
    told = asked(response)
    assert told.content == response.body
    assert told.headers["content-type"] == response.headers["content-type"]


# http://hl7.org/fhir/R4/valueset-issue-type.html
ISSUE_TYPES = {
    "structure", "login", "forbidden", "not-found", "not-supported", "conflict", "required", "too-long",
    "invalid", "throttled", "transient", "timeout", "exception",
}  # fmt: skip


@pytest.mark.parametrize(
    "status", [400, 401, 403, 404, 405, 408, 409, 412, 413, 415, 422, 429, 500, 503, 504]
)
def test_every_status_has_a_code_of_the_value_set(status):
    problem = {"status": status, "title": "T", "detail": "d", "request": "r", "errors": []}
    (issue,) = operation_outcome(problem, is_bundle=True)["issue"]
    assert issue["code"] in ISSUE_TYPES
    assert issue["severity"] in {"fatal", "error"}

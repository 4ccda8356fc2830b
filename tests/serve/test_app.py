"""What holds for every route there is."""

import json

import jsonschema
import pytest
from fastapi.testclient import TestClient

from served_app import key
from workup.serve.app import create_app
from workup.serve.security.roles import Role
from workup.serve.settings import Settings

OPEN = {"/v2/health/live", "/v2/health/ready", "/cds-services"}
# A key of the service is nothing to a CDS Hooks client, which signs its requests.
SIGNED = {"/cds-services/{service_id}", "/cds-services/{service_id}/feedback"}
METHODS = ("get", "put", "post", "delete")


@pytest.fixture(scope="module")
def described():
    return create_app(Settings()).openapi()


def operations(described):
    for path, item in described["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def filled(path):
    for name in ("name", "which", "scope", "service_id"):
        path = path.replace(f"{{{name}}}", "gout")
    return path.replace("{item}", "1").replace("{event}", "1")


def test_every_route_but_a_few_is_closed_to_who_has_no_key(api, described):
    found = {
        path: api.request(method, filled(path)).status_code
        for path, method, _ in operations(described)
        if path not in SIGNED
    }
    assert {path for path, status in found.items() if status == 200} == OPEN
    assert {status for path, status in found.items() if path not in OPEN} <= {401, 422}


def test_a_key_opens_only_what_its_roles_are_for(api):
    may = {
        "/v1/conditions": set(Role),
        "/v1/models": set(Role),
        "/v1/reviews": {Role.REVIEWER},
        "/v1/switches": {Role.OPERATOR},
        "/v1/keys": {Role.OPERATOR},
        "/v1/audit": {Role.OPERATOR},
        "/metrics": {Role.OPERATOR},
    }
    for role in Role:
        headers = key(api, role, role)  # twice: a key of this name is there already for one of them
        for path, roles in may.items():
            assert api.get(path, headers=headers).status_code == (200 if role in roles else 403), (role, path)
    asked = {"text": "fever and cough"}  # of the last one, an operator
    assert api.post("/v1/assessments", json=asked, headers=headers).status_code == 403


def test_every_operation_has_a_summary_and_documents_its_problems(described):
    for path, method, operation in operations(described):
        assert operation["description"], (path, method)
        if path in OPEN:
            continue
        assert {"401", "403", "422", "429", "503"} <= operation["responses"].keys(), (path, method)
        assert operation["security"], (path, method)


def test_every_body_has_examples_that_fit_it(described):
    for path, method, operation in operations(described):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            schema = {**content["schema"], "components": described["components"]}
            named = content["schema"].get("$ref", "").rpartition("/")[2]
            inner = described["components"]["schemas"].get(named, schema)
            examples = content.get("examples") or inner.get("examples")
            assert examples, (path, method)
            for example in examples:
                jsonschema.validate(example, schema)


def test_head_is_answered_as_get_without_a_body(api, clinician):
    for path, headers in (("/v2/health/live", {}), ("/v1/conditions", clinician), ("/login", {})):
        found, asked = api.get(path, headers=headers), api.head(path, headers=headers)
        assert (asked.status_code, asked.content) == (200, b"")
        assert asked.headers["content-length"] == found.headers["content-length"]
    assert api.head("/v1/conditions").status_code == 401
    assert api.head("/v1/assessments", headers=clinician).status_code == 405


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("get", "/v1/conditions?limt=3", "did you mean 'limit'?"),
        ("get", "/v1/conditions/Gout?limit=3", "there are none to choose from"),
        ("post", "/v1/fhir/assess?explian=true", "did you mean 'explain'?"),
    ],
)
def test_a_parameter_that_there_is_not_is_an_error(api, clinician, method, path, told):
    found = api.request(method, path, headers=clinician)
    (fault,) = found.json()["errors"]
    assert (found.status_code, fault["field"].startswith("query.")) == (422, True)
    assert told in fault["detail"]


def test_every_reference_of_the_description_leads_somewhere(described):
    names = described["components"]["schemas"]
    found = json.dumps(described).split('"#/components/schemas/')[1:]
    assert {one.partition('"')[0] for one in found} <= names.keys()


def test_pages_of_other_origins_may_call_only_if_they_are_named(tmp_path):
    app = create_app(Settings(cors_origins=("https://ehr.example.org",)))
    client = TestClient(app)  # not started: CORS stands before everything
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    named = client.options("/v1/assessments", headers={**asked, "Origin": "https://ehr.example.org"})
    assert named.headers["access-control-allow-origin"] == "https://ehr.example.org"
    other = client.options("/v1/assessments", headers={**asked, "Origin": "https://evil.example.org"})
    assert "access-control-allow-origin" not in other.headers


def test_a_problem_is_told_to_a_program_a_browser_and_a_fhir_client_each_in_its_way(api):
    kinds = {
        "application/json": "application/problem+json",
        "text/html": "text/html; charset=utf-8",
        "application/fhir+json": "application/fhir+json",
    }
    for accepted, given in kinds.items():
        found = api.get("/v1/nothing", headers={"Accept": accepted})
        assert (found.status_code, found.headers["content-type"]) == (404, given)
        assert found.headers["X-Request-ID"]
        assert found.headers["X-Content-Type-Options"] == "nosniff"

import json

import pytest
from fastapi.testclient import TestClient

from learning_cases import GOUT
from registry_versions import empty_store, evidence, put
from served_app import key, service
from served_versions import changed, serve
from workup.learning.references import add
from workup.registry import Registry, tracking
from workup.registry.fingerprints import fingerprint
from workup.registry.mirror import model_name
from workup.serve.api import mirror, models
from workup.serve.app import create_app
from workup.serve.security.roles import Role
from workup.serve.settings import Settings

CASE = {"text": "Itchy silvery plaques on both elbows and on the scalp for years."}


@pytest.fixture(scope="module")
def registry(clinic_run, diagnoser, tmp_path_factory):
    """A registry where general@2 serves in place of general@1."""
    folder = tmp_path_factory.mktemp("models")
    registry = Registry.at(folder / "registry")
    serve(registry, clinic_run)
    serve(registry, changed(clinic_run, folder / "other"))
    return registry


@pytest.fixture(scope="module")
def client(registry):
    told = Settings(registry=registry.folder, database=str(registry.folder.parent / "workup.db"))
    with TestClient(create_app(told)) as found:
        service(found).models.load()
        yield found


@pytest.fixture(scope="module")
def headers(client):
    return key(client, *Role)


def serving_now(client, headers):
    return client.post("/v1/assessments", json=CASE, headers=headers).json()["version"]


def test_a_rollback_and_a_promotion_are_live_with_the_next_case(client, headers):
    assert serving_now(client, headers) == "general@2"
    back = client.post("/v1/models/rollback", json={"line": "general", "why": "rashes"}, headers=headers)
    assert (back.status_code, back.json()["model"], back.json()["before"]) == (200, "general@1", "general@2")
    assert serving_now(client, headers) == "general@1"
    given = {"model": "general@2", "override": "it was a false alarm"}
    forward = client.post("/v1/models/promote", json=given, headers=headers)
    assert forward.json()["changed"] == ["general@2 serves general in place of general@1"]
    assert serving_now(client, headers) == "general@2"
    actions = [one["action"] for one in client.get("/v1/audit", headers=headers).json()["items"]]
    assert {"promote", "rollback"} <= {*actions}


def test_what_changed_is_told_also_where_the_service_looked_by_itself_meanwhile(client, headers, monkeypatch):
    def write_down_while_it_looks(*given):
        service(client).models.refresh()
        write_down(*given)

    write_down = models._write_down
    monkeypatch.setattr(models, "_write_down", write_down_while_it_looks)
    back = client.post("/v1/models/rollback", json={"line": "general"}, headers=headers)
    assert back.json()["changed"] == ["general@1 serves general in place of general@2"]
    given = {"model": "general@2", "override": "a test"}
    forward = client.post("/v1/models/promote", json=given, headers=headers)
    assert forward.json()["changed"] == ["general@2 serves general in place of general@1"]


def test_a_rollback_that_is_sent_again_with_its_key_goes_back_once(client, headers, registry):
    again = {**headers, "Idempotency-Key": "rollback-1"}
    before = len(registry.decisions("general").all)
    answers = [client.post("/v1/models/rollback", json={"line": "general"}, headers=again) for _ in range(2)]
    assert [one.json()["model"] for one in answers] == ["general@1"] * 2
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert len(registry.decisions("general").all) == before + 1
    given, again = {"model": "general@2", "override": "a test"}, {**headers, "Idempotency-Key": "promote-1"}
    for _ in range(2):
        assert client.post("/v1/models/promote", json=given, headers=again).status_code == 200
    assert len(registry.decisions("general").all) == before + 2


def test_mlflow_shows_what_was_decided_and_its_failure_is_told_and_stops_nothing(
    client, headers, registry, monkeypatch, caplog
):
    pytest.importorskip("mlflow", reason="needs workup[mlflow]")
    empty_store(registry)
    monkeypatch.delenv(tracking.URI, raising=False)
    monkeypatch.setattr(tracking, "is_wanted", lambda registry: True)
    monkeypatch.setattr(mirror, "PATIENCE", 300)

    def shown():
        with tracking.quiet("a test"):
            store = tracking.opened(registry).client
        model = store.get_registered_model(model_name("general"))
        number = model.aliases["serving"]
        return store.get_model_version(model.name, str(number)).tags["workup.version"]

    back = client.post("/v1/models/rollback", json={"line": "general"}, headers=headers).json()
    assert (back["model"], back["mirror"], shown()) == ("general@1", None, "general@1")
    given = {"model": "general@2", "override": "a test"}
    with monkeypatch.context() as away:
        away.setenv(tracking.URI, "http://127.0.0.1:1")
        away.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        forward = client.post("/v1/models/promote", json=given, headers=headers)
    assert (forward.status_code, registry.serving("general").name) == (200, "general@2")
    assert "general was not mirrored in MLflow" in forward.json()["mirror"]
    assert forward.json()["mirror"] in caplog.text
    assert shown() == "general@1"


def test_a_version_that_a_gate_refuses_does_not_serve(client, headers):
    client.post("/v1/models/rollback", json={"line": "general"}, headers=headers)
    found = client.post("/v1/models/promote", json={"model": "general@2"}, headers=headers)
    assert (found.status_code, serving_now(client, headers)) == (409, "general@1")
    assert found.json()["errors"]
    given = {"model": "general@2", "override": "needed again"}
    assert client.post("/v1/models/promote", json=given, headers=headers).status_code == 200


def test_versions_are_listed_with_their_state(client, headers):
    found = client.get("/v1/models", headers=headers).json()["items"]
    assert [(one["name"], one["state"], one["loaded"]) for one in found] == [
        ("general@1", "published", False),
        ("general@2", "serving", True),
    ]


def test_a_version_is_shown_with_what_the_gates_say(client, headers):
    shown = client.get("/v1/models/general@1", headers=headers).json()
    assert shown["by"] == "ada"
    assert {gate["passed"] for gate in shown["gates"]} == {True, False}


@pytest.mark.parametrize(
    ("path", "given"), [("promote", {"model": "general@9"}), ("rollback", {"line": "cardiology"})]
)
def test_what_is_not_there_is_told(client, headers, path, given):
    found = client.post(f"/v1/models/{path}", json=given, headers=headers)
    assert (found.status_code, "general@1" in found.text or "has no version" in found.text) == (404, True)


def test_a_run_has_no_versions(api, operator, clinician):
    (only,) = api.get("/v1/models", headers=clinician).json()["items"]
    assert (only["state"], only["loaded"], only["conditions"]) == ("serving", True, 8)
    assert api.get(f"/v1/models/{only['name']}", headers=clinician).json()["gates"] == []
    assert api.get("/v1/models/other", headers=clinician).status_code == 404
    found = api.post("/v1/models/promote", json={"model": "general@1"}, headers=operator)
    assert (found.status_code, "start it with --registry" in found.text) == (409, True)


def test_a_version_that_learned_what_became_a_canary_is_refused(tmp_path):
    registry = Registry.at(tmp_path / "registry")
    put(registry, evidence(), trained={fingerprint(GOUT["text"]): "case-7"})
    (tmp_path / "canary.jsonl").write_text(json.dumps(GOUT))
    told = Settings(registry=registry.folder, database=str(tmp_path / "workup.db"))
    with TestClient(create_app(told)) as client:
        with service(client).database.session() as session:
            add(session, str(tmp_path / "canary.jsonl"), "canary")
        headers = key(client, *Role)
        shown = client.get("/v1/models/general@1", headers=headers).json()["gates"]
        found = client.post("/v1/models/promote", json={"model": "general@1"}, headers=headers)
    assert [gate["gate"] for gate in shown if not gate["passed"]] == ["reserved cases"]
    assert found.status_code == 409
    (fault,) = found.json()["errors"]
    assert fault["field"] == "reserved cases"
    assert "1 of the 1 cases that it has learned (case-7)" in fault["detail"]
    assert registry.serving("general") is None

import re

import pytest
from fastapi.testclient import TestClient

from page_visitor import visitor
from served_app import service
from served_versions import changed, serve
from workup.registry import Registry
from workup.serve.app import create_app
from workup.serve.security.roles import Role
from workup.serve.settings import Settings


@pytest.fixture(scope="module")
def operator(served):
    return visitor(served, "Operator", Role.OPERATOR)


def test_the_overview_tells_what_answers_and_how_fast(served, operator):
    visitor(served, "Dr. Busy", Role.CLINICIAN).post("/cases", text="58-year-old man with cough and fever.")
    page = operator.get("/operation")
    assert page.status_code == 200
    assert "in memory and answering" in page.text
    assert "<code>/cases</code>" in page.text
    assert re.search(r"\d+ ms|\d\.\d s", page.text)


def test_answers_are_switched_off_and_on_with_a_reason(operator):
    page = operator.post(
        "/operation/switch", "/operation", scope="Cardiology", off="true", why="<b>audit</b>"
    )
    assert "Answers in cardiology are stopped" in page.text
    assert "Cardiology: off" in page.text
    assert "&lt;b&gt;audit&lt;/b&gt;" in page.text
    page = operator.post("/operation/switch", "/operation", scope="Cardiology", off="false", why="done")
    assert "Cardiology: off" not in page.text


@pytest.mark.parametrize(
    ("fields", "told"),
    [({"scope": "Cardiologie", "why": "x"}, "did you mean"), ({"scope": "all", "why": ""}, "why")],
)
def test_a_switch_that_cannot_be_turned_is_told(operator, fields, told):
    page = operator.post("/operation/switch", "/operation", off="true", **fields)
    assert page.status_code == 422
    assert told in page.text


def test_a_run_has_no_versions_to_promote(operator):
    assert "has no versions" in operator.get("/operation").text
    page = operator.post("/operation/promote", "/operation", model="general@1", why="x")
    assert page.status_code == 422
    assert "answers from a run" in page.text


def test_a_version_is_rolled_back_and_promoted_on_the_page(clinic_run, diagnoser, tmp_path):
    registry = Registry.at(tmp_path / "registry")
    serve(registry, clinic_run)
    serve(registry, changed(clinic_run, tmp_path / "other"))
    settings = Settings(registry=registry.folder, database=str(tmp_path / "workup.db"))
    with TestClient(create_app(settings)) as served:
        service(served).models.load()
        operator = visitor(served, "Operator", Role.OPERATOR)
        assert "general@2" in _serving(operator.get("/operation"))
        page = operator.post("/operation/rollback", "/operation", line="general", why="worse on Monday")
        assert "Done: general@1 serves again." in page.text
        assert "general@1" in _serving(page)
        assert registry.serving("general").name == "general@1"
        page = operator.post("/operation/promote", "/operation", model="general@2", why="", override="a test")
        assert "general@2" in _serving(page), page.text
        assert "worse on Monday" in page.text


def _serving(page):
    return re.search(r"<b>([^<]*)</b><span>in memory and answering", page.text)[1]

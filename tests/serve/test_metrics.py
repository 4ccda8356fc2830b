from types import SimpleNamespace

import pytest

from workup.serve.metrics import Metrics, route_of


def test_a_route_is_told_by_its_whole_address_without_what_the_caller_put_into_it():
    included = SimpleNamespace(path="/conditions/{name}")
    assert route_of({"path": "/v1/conditions/Gout", "route": included}) == "/v1/conditions/{name}"
    whole = SimpleNamespace(path="/metrics")
    assert route_of({"path": "/metrics", "route": whole}) == "/metrics"
    assert route_of({"path": "/made/up"}) == "none"


def test_a_version_that_is_gone_is_told_as_gone():
    metrics = Metrics()
    first, second = (SimpleNamespace(name=f"general@{n}", checksum=f"c{n}") for n in (1, 2))
    metrics.serving([first])
    metrics.serving([second])
    told = metrics.text().decode()
    assert 'workup_model_info{checksum="c1",version="general@1"} 0.0' in told
    assert 'workup_model_info{checksum="c2",version="general@2"} 1.0' in told


@pytest.mark.parametrize(
    ("abstained", "stopped", "outcome"),
    [(None, False, "answered"), ("unsure", False, "unsure"), ("stopped", True, "stopped")],
)
def test_an_answer_is_counted_by_what_came_of_it(abstained, stopped, outcome):
    metrics = Metrics()
    flag = SimpleNamespace(id="sepsis", level="urgent")
    answer = SimpleNamespace(abstained=abstained, red_flags=(flag,))
    metrics.answered("general@1", answer, stopped)
    told = metrics.text().decode()
    assert f'workup_answers_total{{outcome="{outcome}",version="general@1"}} 1.0' in told
    assert 'workup_red_flags_total{level="urgent",rule="sepsis"} 1.0' in told


def test_processes_that_share_a_folder_tell_the_numbers_of_all(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    assert Metrics().text() == b""  # nothing was written there: the numbers of this process are its own

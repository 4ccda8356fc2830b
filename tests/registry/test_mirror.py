"""MLflow shows what the registry holds. It runs where MLflow is installed: pip install 'workup[mlflow]'."""

import subprocess
import sys

import pytest

from registry_versions import empty_store, evidence, put
from workup.registry import RegistryError, mirror, promote, rollback, tracking
from workup.registry.mirror import follow, model_name, sync
from workup.registry.verify import verify

pytest.importorskip("mlflow", reason="needs workup[mlflow]")


@pytest.fixture(autouse=True)
def own_store(monkeypatch):
    monkeypatch.delenv(tracking.URI, raising=False)


@pytest.fixture
def client(registry, passing):
    """MLflow's client on the store of a registry with one version, which was mirrored."""
    empty_store(registry)
    assert follow(registry, "general") is None
    with tracking.quiet("a test"):
        return tracking.opened(registry).client


def aliases(client):
    """Which of our versions each alias names."""
    name = model_name("general")
    named = client.get_registered_model(name).aliases
    return {a: client.get_model_version(name, str(n)).tags["workup.version"] for a, n in named.items()}


def runs(client):
    return client.search_runs([client.get_experiment_by_name(tracking.EXPERIMENT).experiment_id])


def test_a_version_is_a_finished_run_with_parameters_figures_and_files(client, passing):
    (run,) = runs(client)
    assert (run.info.run_name, run.info.status) == ("general@1", "FINISHED")
    assert run.data.params["training.learning_rate"] == "0.001"
    assert run.data.params["seed"] == "0"
    assert run.data.metrics["findings/top1_low"] < run.data.metrics["findings/top1"]
    assert run.data.tags["workup.line"] == "general"
    assert run.data.tags["workup.number"] == "1"
    assert run.data.tags["workup.checksum"] == passing.checksum
    shown = {one.path for one in client.list_artifacts(run.info.run_id)}
    assert shown == {"README.md", "evaluation.json", "model", "recipe.yaml", "version.json"}


def test_the_model_is_kept_once_although_mlflow_has_it_too(registry, client, passing):
    (theirs,) = (registry.folder / "mlflow").rglob("model.safetensors")
    assert theirs.samefile(passing.folder / "model" / "model.safetensors")
    assert verify(registry).problems == ()


def test_aliases_follow_promotions_refusals_and_rollbacks(registry, client, passing):
    assert aliases(client) == {"candidate": "general@1"}
    promote(registry, passing)
    follow(registry, "general")
    assert aliases(client) == {"serving": "general@1"}
    second = put(registry, evidence(second=None))
    promote(registry, second)
    follow(registry, "general")
    assert aliases(client) == {"serving": "general@1", "candidate": "general@2"}
    promote(registry, second, by="ada", override="a pilot")
    follow(registry, "general")
    assert aliases(client) == {"serving": "general@2"}
    rollback(registry, "general", why="it answers strangely")
    follow(registry, "general")
    assert aliases(client) == {"serving": "general@1"}


def test_a_model_version_tells_the_last_decision_about_it(registry, client, passing):
    promote(registry, passing, by="ada", why="the first")
    follow(registry, "general")
    told = client.get_model_version(model_name("general"), "1").tags["workup.decided"]
    assert told.startswith("ada promoted general@1 on ")
    assert told.endswith("; the first")


def test_what_is_there_is_not_mirrored_again(registry, client):
    assert sync(registry).added == []
    assert len(runs(client)) == 1


def test_what_mlflow_missed_is_caught_up_in_order(registry, client):
    put(registry, evidence())
    put(registry, evidence(), line="cardiology")
    promote(registry, registry.version("general", 2))
    found = sync(registry)
    assert found.added == ["cardiology@1", "general@2"]
    assert found.aliases == {"cardiology": {"candidate": "cardiology@1"}, "general": {"serving": "general@2"}}


def test_what_was_changed_by_hand_in_mlflow_is_put_right(registry, client, passing):
    promote(registry, passing)
    put(registry, evidence())
    sync(registry)
    client.set_registered_model_alias(model_name("general"), "serving", "2")
    client.delete_model_version(model_name("general"), "1")
    assert registry.serving("general") == passing
    assert sync(registry).added == ["general@1"]
    assert aliases(client) == {"serving": "general@1", "candidate": "general@2"}


def test_a_damaged_version_is_left_out_and_told_and_the_others_are_mirrored(registry, client, passing):
    damaged = put(registry, evidence(), weights=b"others")
    promote(registry, damaged)
    (damaged.folder / "recipe.yaml").unlink()
    last = put(registry, evidence())
    found = sync(registry)
    assert found.added == [last.name]
    assert "recipe.yaml is missing" in found.left_out[0]
    assert found.aliases == {"general": {"candidate": "general@3"}}, "what serves cannot be shown"
    assert aliases(client) == found.aliases["general"]


def test_a_mirror_that_was_killed_half_way_is_finished(registry, client, monkeypatch):
    second = put(registry, evidence())
    with monkeypatch.context() as broken:
        broken.setattr("workup.registry.mirror.export_pyfunc", lambda *_: 1 / 0)
        assert "general was not mirrored in MLflow" in follow(registry, "general")
    assert sync(registry).added == [second.name]
    assert sorted(run.info.run_name for run in runs(client)) == ["general@1", "general@2"]
    assert {run.info.status for run in runs(client)} == {"FINISHED"}


def other_process(registry, patience):
    """Another process that mirrors, and waits so many seconds; at its end it prints what it added."""
    code = f"""
import sys
from workup.registry import Registry, RegistryError, mirror
mirror._PATIENCE = {patience}
try:
    print(mirror.sync(Registry(sys.argv[1])).added)
except RegistryError as error:
    print(error)
"""
    command = [sys.executable, "-c", code, str(registry.folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_processes_at_once_add_a_version_once(registry, client, monkeypatch):
    """While this process is in the middle, one does not wait for it, and another one does."""
    second, others = put(registry, evidence()), []
    put_model = mirror._put_model

    def with_others_beside(*given):
        others.append(other_process(registry, patience=60))
        others.append(other_process(registry, patience=0))
        others[1].wait()
        put_model(*given)

    monkeypatch.setattr(mirror, "_put_model", with_others_beside)
    assert sync(registry).added == [second.name]
    waited, refused = (other.communicate()[0].strip() for other in others)
    assert refused == f"another process mirrors {registry.folder}, and had not ended after 0 s"
    assert waited == "[]"
    assert sorted(run.info.run_name for run in runs(client)) == ["general@1", "general@2"]
    found = client.search_model_versions(f"name = '{model_name('general')}'")
    assert sorted(one.tags["workup.version"] for one in found) == ["general@1", "general@2"]


def test_a_store_that_is_away_is_told_and_the_decision_holds(registry, passing, monkeypatch):
    monkeypatch.setenv(tracking.URI, "http://127.0.0.1:9")  # nothing listens there
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    promote(registry, passing)
    told = follow(registry, "general")
    assert told.startswith("general was not mirrored in MLflow, the registry itself is complete")
    assert "workup models sync" in told
    with pytest.raises(RegistryError, match=r"MLflow at http://127\.0\.0\.1:9: "):
        sync(registry)
    assert registry.serving("general") == passing


def test_a_store_that_is_damaged_is_told(registry, passing):
    (registry.folder / "mlflow").mkdir()
    (registry.folder / "mlflow" / "mlflow.db").write_bytes(b"no database" * 100)
    assert "was not mirrored" in follow(registry, "general")


def test_a_store_is_made_where_there_is_none(registry, passing):
    assert sync(registry).added == ["general@1"]
    assert (registry.folder / "mlflow" / "mlflow.db").is_file()


def test_where_it_is_not_wanted_nothing_happens(registry, passing, monkeypatch):
    monkeypatch.setattr(tracking, "find_spec", lambda name: None)
    assert follow(registry, "general") is None
    assert not (registry.folder / "mlflow").exists()

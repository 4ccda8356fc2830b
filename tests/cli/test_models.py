import json
import os
import shutil
import subprocess
import sys

import pytest

from learning_cases import GOUT, MIGRAINE
from registry_versions import empty_store, evidence, put
from workup.registry import Registry, tracking
from workup.registry.fingerprints import fingerprint
from workup.registry.learned import LearnedItem


@pytest.fixture(autouse=True)
def not_mirrored(monkeypatch):
    """As where MLflow is not installed; the tests that need it ask for `mirrored`."""
    for name in (tracking.URI, "DATABASE_URL", "DATABASE_URL_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(tracking, "installed", lambda: False)


@pytest.fixture
def mirrored(not_mirrored, monkeypatch, registry):
    """The registry with an empty store of MLflow's."""
    pytest.importorskip("mlflow", reason="needs workup[mlflow]")
    empty_store(registry)


@pytest.fixture
def registry(tmp_path):
    """Two versions of the general line: the first passes every gate, the second was not examined."""
    made = Registry.at(tmp_path / "registry")
    put(made, evidence())
    put(made, evidence(examined=None), weights=b"others")
    return made


def test_from_a_run_to_a_version_that_serves_and_back(workup, diagnoser, tmp_path):
    shutil.copytree(diagnoser.run.folder, tmp_path / "run", copy_function=os.link)
    put(Registry.at(tmp_path / "registry"), evidence())
    assert workup("models", "promote", "general").status == 0
    done = workup("models", "publish", "run", "--note", "more cases")
    assert done.out.startswith("general@2 is published")
    refused = workup("models", "promote", "general")
    assert refused.status == 1
    assert "✗  examined" in refused.out
    assert "did not pass: examined, findings, specialties" in refused.out
    forced = workup("models", "promote", "general@2", "--override", "a rehearsal")
    assert forced.status == 0
    assert "promoted all the same: a rehearsal" in forced.out
    assert "general   general@2" in workup("models", "list").out
    back = workup("models", "rollback", "general", "--why", "the rehearsal is over")
    assert "rolled back to general@1" in back.out
    told = workup("models", "list", "general").out
    assert told.index("refused general@2") < told.index("promoted general@2") < told.index("rolled back to")
    assert "all as published" in workup("models", "verify").out
    assert workup("models", "export", "general@2", "plain").status == 0
    assert (tmp_path / "plain" / "model.safetensors").is_file()
    answered = workup(
        "diagnose", "plain", "58 year old man, crushing chest pain into the left arm, sweating."
    )
    assert "Signs of a heart attack" in answered.out


def test_list_shows_lines_and_a_line_its_versions(workup, registry):
    assert workup("models", "list").out.split() == (
        ["line", "serving", "candidate", "versions", "general", "-", "general@2", "2"]
    )
    told = workup("models", "list", "general").out
    assert "No decision has been taken yet." in told
    listed = json.loads(workup("models", "list", "--json").out)
    assert [version["number"] for version in listed[0]["versions"]] == [1, 2]


def test_show_says_what_each_gate_says(workup, registry):
    told = workup("models", "show", "general@1").out
    assert "general@1" in told
    assert "✗" not in told
    gates = json.loads(workup("models", "show", "general@candidate", "--json").out)["gates"]
    assert [gate["gate"] for gate in gates if not gate["passed"]] == ["examined", "findings"]


def test_a_candidate_that_learned_what_became_a_test_is_refused(workup, registry, tmp_path):
    learned = LearnedItem(fingerprint(GOUT["text"]), 7, "Gout", "St Ann", ("Ann", "Bea"))
    put(registry, evidence(), learned=(learned,))
    assert "name it by --database" in workup("models", "promote", "general@3").out
    for name, case in (("other", MIGRAINE), ("kept", GOUT)):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(case))
    assert workup("learn", "reference", "other.jsonl", "--as", "test").status == 0
    assert "✗" not in workup("models", "show", "general@3").out
    assert workup("learn", "reference", "kept.jsonl", "--as", "test").status == 0
    told = " ".join(workup("models", "show", "general@3").out.split())
    assert "reserved for tests now: 1 of the 1 cases that it has learned (item 7)." in told
    refused = workup("models", "promote", "general@3")
    assert refused.status == 1
    assert "did not pass: reserved cases" in refused.out
    (tmp_path / "workup.db").rename(tmp_path / "elsewhere.db")
    named = ("--database", "elsewhere.db")
    assert workup("models", "promote", "general@3", *named).status == 1
    assert workup("models", "promote", "general@3", *named, "--override", "the test is retired").status == 0


def test_compare_shows_specialties_side_by_side(workup, registry):
    told = workup("models", "compare", "general@1", "general@2").out
    assert "all cases" in told
    assert "+0.0%" in told
    assert len(json.loads(workup("models", "compare", "general@1", "general@2", "--json").out)["rows"]) == 5


def test_verify_finds_a_damaged_file_and_its_status_says_so(workup, registry):
    weights = registry.version("general", 2).folder / "model" / "model.safetensors"
    weights.write_bytes(b"damaged")
    done = workup("models", "verify")
    assert done.status == 1
    assert "general@2: model/model.safetensors is damaged" in done.out
    assert "2 problems" in done.out
    assert workup("models", "verify", "general@1").status == 0
    assert not json.loads(workup("models", "verify", "general@1", "--json").out)["problems"]


def test_another_place_is_named_by_an_option(workup, registry, tmp_path):
    (tmp_path / "registry").rename(tmp_path / "elsewhere")
    assert workup("models", "list").status == 2
    assert "general@2" in workup("models", "list", "--registry", "elsewhere").out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("list", "cardiologie"), "did you mean 'cardiology'"),
        (("list", "cardiology"), "cardiology has no version yet"),
        (("show", "general"), "general serves no version"),
        (("show", "general@9"), "its versions are general@1, general@2"),
        (("show", "general@newest"), "LINE@NUMBER"),
        (("promote", "general@9"), "there is no general@9"),
        (("promote", "general@1", "--database", "gone.db"), "there is no database gone.db"),
        (("promote", "general", "--override", ""), "reason in words"),
        (("rollback", "general"), "no version served before it"),
        (("compare", "general@1", "urology"), "urology has no version yet"),
        (("verify", "general@3"), "there is no general@3"),
        (("export", "general@1", "registry"), "nothing is written over"),
        (("publish", "nowhere"), "is not a run"),
        (("publish", "nowhere", "--again"), "is not a run"),
        (("publish", "nowhere", "--again", "--second", "elsewhere"), "exclude each other"),
        (("sync", "urology"), "urology has no version yet"),
        (("publish", "nowhere", "--line", "cardiologie"), "did you mean 'cardiology'"),
        (("list", "--registry", "nowhere"), "there is no registry in nowhere"),
        (("publish", "nowhere", "--registry", "."), "not empty"),
    ],
)
def test_wrong_input_gets_one_clear_error_and_changes_nothing(workup, registry, tmp_path, arguments, reason):
    before = sorted(tmp_path.rglob("*"))
    done = workup("models", *arguments)
    assert done.status == 2, done
    assert reason in done.err
    assert done.err.startswith("workup: ")
    assert "Traceback" not in done.err
    assert sorted(tmp_path.rglob("*")) == before


def test_what_decides_starts_without_torch(registry):
    """Whatever a decision needs is in small files; seconds of imports would be for nothing."""
    code = """
import sys
from workup.cli import main
sys.modules["mlflow"] = None
for command in ("list", "show general@1", "promote general@1", "promote general@2 --override rehearsal",
                "rollback general", "verify"):
    sys.argv = ["workup", "models", *command.split(), "--registry", sys.argv[-1]]
    try:
        main()
    except SystemExit as ended:
        assert not ended.code, command
    print("heavy:", sorted({"torch", "transformers", "sklearn"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(registry.folder)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    heavy = [line for line in done.stdout.splitlines() if line.startswith("heavy:")]
    assert heavy == ["heavy: []"] * 6


def test_mlflow_follows_each_decision_and_sync_finds_nothing_left(workup, mirrored):
    assert workup("models", "promote", "general@1").err == ""
    assert "nothing new in MLflow at sqlite:///" in workup("models", "sync").out
    assert json.loads(workup("models", "sync", "general", "--json").out)["aliases"] == (
        {"general": {"serving": "general@1", "candidate": "general@2"}}
    )


def test_a_promotion_holds_although_mlflow_is_away_and_says_so(workup, registry, monkeypatch):
    monkeypatch.setenv(tracking.URI, "http://127.0.0.1:9")  # nothing listens there
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    done = workup("models", "promote", "general@1")
    assert done.status == 0
    assert "promoted general@1" in done.out
    assert "general was not mirrored in MLflow, the registry itself is complete" in done.err
    assert registry.serving("general").number == 1
    assert workup("models", "sync").status == 2


def test_a_pyfunc_is_exported_where_mlflow_is(workup, mirrored, tmp_path):
    assert (
        "mlflow.pyfunc.load_model('served')"
        in workup("models", "export", "general@1", "served", "--pyfunc").out
    )
    assert (tmp_path / "served" / "MLmodel").is_file()

"""Small versions for tests of the registry: a real recipe and real evidence, with a few bytes for weights."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType

from clinic_task import make_clinic_recipe
from workup.clinic.assess.kept import FORMAT
from workup.evaluation.metrics import Proportion
from workup.registry import Registry, tracking
from workup.registry.evidence import Asked, Case, Evidence, Examined, Second, results_json
from workup.registry.golden import fingerprint, golden_cases
from workup.registry.learned import LEARNED, Learned, LearnedItem
from workup.registry.storing import Material, store
from workup.registry.version import Version

GOLDEN = """\
cases:
  - {id: skin, specialty: Dermatology, diagnosis: Psoriasis, text: Itchy silvery plaques on both elbows.}
  - id: heart
    specialty: Cardiology
    diagnosis: Acute myocardial infarction
    flags: [heart-attack]
    text: Crushing central chest pain into the left arm, sweating. ST elevation in II.
"""


def case(number: int, *, right: bool = True, **changes: object) -> Case:
    """A case in a specialty of ten cases; nine of ten of its kind have that confidence."""
    values: dict[str, object] = {
        "id": f"case-{number}",
        "form": "findings",
        "specialty": f"specialty {number // 10}",
        "expected": "Gout",
        "answer": "Gout" if right else "Migraine",
        "rank": 1 if right else 2,
        "confidence": 0.9,
        "in_set": True,
        "set_size": 2,
        "answered": True,
    }
    return Case(**{**values, **changes})


def evidence(**changes: object) -> Evidence:
    """Evidence that passes every gate: 40 cases, nine of ten right with a confidence of 0.9."""
    values: dict[str, object] = {
        "promise": 0.9,
        "cases": tuple(case(number, right=number % 10 != 0) for number in range(40)),
        "asked": (
            Asked("skin", "golden", "Psoriasis", "it says Psoriasis (93%)", True),
            Asked("heart", "red flag", "Acute myocardial infarction", "its flags fire and it is told", True),
        ),
        "golden": "list",
        "top1": Proportion(36, 40),
        "second": Second("again", 1, "abc", Proportion(35, 40)),
        "examined": Examined((), 2, (), 50),
    }
    return Evidence(**{**values, **changes})


def empty_store(registry: Registry) -> None:
    """Give a registry an empty store of MLflow's; to make each anew would take seconds."""
    (registry.folder / "mlflow").mkdir()
    (registry.folder / "mlflow" / "mlflow.db").write_bytes(_database())


@cache
def _database() -> bytes:
    with tracking.quiet("a test"), tempfile.TemporaryDirectory() as folder:
        from mlflow import MlflowClient

        MlflowClient(f"sqlite:///{folder}/mlflow.db").search_experiments()
        return (Path(folder) / "mlflow.db").read_bytes()


def put(
    registry: Registry,
    told: Evidence,
    line: str = "general",
    weights: bytes = b"weights",
    trained: Mapping[str, str] = MappingProxyType({}),
    learned: Sequence[LearnedItem] = (),
) -> Version:
    """Publish a version with this evidence, which learned these rows and released cases."""
    return store(registry, material(registry, told, line, weights, trained, learned))


def material(
    registry: Registry,
    told: Evidence,
    line: str,
    weights: bytes,
    trained: Mapping[str, str] = MappingProxyType({}),
    learned: Sequence[LearnedItem] = (),
) -> Material:
    """What such a version is made of. The registry has golden cases of its own afterwards."""
    registry.prepare()
    (registry.folder / "golden.yaml").write_text(GOLDEN)
    run = registry.folder.parent / "small-run"
    run.mkdir(exist_ok=True)
    make_clinic_recipe(Path("cases.jsonl")).save(run / "recipe.yaml")
    (run / "model.safetensors").write_bytes(weights)
    (run / "evaluation.json").write_text(json.dumps({"model": {"top1": told.top1.to_json()}}))
    fitted = {form: {"calibration": {"temperature": 1.5}} for form in told.forms}
    (run / "fitted.json").write_text(json.dumps({"format": FORMAT, "forms": fitted}))
    files = {
        "recipe.yaml": run / "recipe.yaml",
        "evaluation.json": run / "evaluation.json",
        "model/model.safetensors": run / "model.safetensors",
        "diagnoser/fitted.json": run / "fitted.json",
    }
    if told.examined is not None:
        (run / "report.json").write_text(json.dumps(_report(told.examined)))
        files["report.json"] = run / "report.json"
    if learned:
        kept = Learned("fresh", f"{line}@1", 40, {"base": "builtin"}, tuple(learned), len(learned))
        (run / LEARNED).write_text(json.dumps(kept.to_json()))
        files[LEARNED] = run / LEARNED
    golden = fingerprint(golden_cases(line, registry.golden))
    results = results_json(told.promise, told.cases, told.asked, golden, told.second)
    return Material(line, "small-run", "", "ada", "d4ta", 8, files, results, dict(trained))


def _report(examined: Examined) -> dict[str, object]:
    errors = [error.split(": ", 1) for error in examined.errors]
    findings = [{"check": code, "severity": "error", "summary": summary} for code, summary in errors]
    findings += [{"check": "W", "severity": "warning", "summary": ""}] * examined.warnings
    broken = [
        {"check": code, "error": told} for code, told in (one.split(": ", 1) for one in examined.broken)
    ]
    return {"findings": findings, "broken": broken, "stages": [{"checks_made": examined.checks}]}

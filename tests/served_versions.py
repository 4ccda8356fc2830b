"""Versions that can be loaded: the files of a small run, published, and served without asking the gates."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from safetensors.torch import load_file, save_file

from registry_versions import GOLDEN, evidence
from workup.files import sha256
from workup.registry import Registry, Version, promote
from workup.registry.evidence import results_json
from workup.registry.golden import fingerprint, golden_cases
from workup.registry.storing import Material, store
from workup.run import Run


def serve(registry: Registry, run: Run, line: str = "general", **told: object) -> Version:
    """Publish a calibrated run as the next version of a line, and let it serve."""
    registry.prepare()
    (registry.folder / "golden.yaml").write_text(GOLDEN)
    kept = evidence(**{"asked": (), **told})
    evaluated = registry.folder.parent / "evaluation.json"  # the run is shared, and stays as it is
    evaluated.write_text(json.dumps({"model": {"top1": kept.top1.to_json()}}))
    inner = [path for part in ("model", "diagnoser") for path in sorted((run.folder / part).iterdir())]
    files = {str(path.relative_to(run.folder)): path for path in [run.folder / "recipe.yaml", *inner]}
    files["evaluation.json"] = evaluated
    golden = fingerprint(golden_cases(line, registry.golden))
    results = results_json(kept.promise, kept.cases, kept.asked, golden, kept.second)
    version = store(registry, Material(line, "small-run", "", "ada", "d4ta", 8, files, results))
    promote(registry, version, override="a test")
    return version


def copied(run: Run, folder: Path) -> Run:
    """The same run in another folder."""
    shutil.copytree(run.folder, folder)
    return Run.load(folder)


def changed(run: Run, folder: Path) -> Run:
    """The run with other weights, as if it had been calibrated with them."""
    other = copied(run, folder)
    path = other.folder / "model" / "model.safetensors"
    weights = load_file(path)
    weights["decoder.final_layer_norm.weight"] = weights["decoder.final_layer_norm.weight"] * 0.9
    save_file(weights, path, {"format": "pt"})
    learned = other.folder / "diagnoser" / "fitted.json"
    values = json.loads(learned.read_text())
    learned.write_text(json.dumps({**values, "checksum": sha256(path)[:12]}))
    return other

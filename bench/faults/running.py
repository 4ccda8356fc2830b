"""Runs one script in a process of its own: plainly, or under `workup run`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from bench.faults import data

ROOT = Path(__file__).parents[2]
OVERLAY = ROOT / ".venv" / "transformers-4.57"
# Seconds. A script takes 15 on an idle core.
PATIENCE = 900
# Seconds for the experiments on one script.
BUDGET = 240


@dataclass(frozen=True)
class Setting:
    """A version of transformers, and the folder of packages that brings it; None: the one installed."""

    version: str
    overlay: Path | None

    @property
    def folder(self) -> Path:
        """Where the models and rows of this version are."""
        return ROOT / "runs" / "faults" / self.version

    def environment(self, packages: Sequence[Path] = (), **others: str) -> dict[str, str]:
        """The variables of a child process: one thread, no network, this version and further packages."""
        chosen = {
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "HF_HUB_OFFLINE": "1",
            "TOKENIZERS_PARALLELISM": "false",
            **others,
        }
        paths = [str(path) for path in (self.overlay, ROOT, *packages) if path is not None]
        return {**chosen, "PYTHONPATH": os.pathsep.join(paths)}


def setting(name: str | None) -> Setting:
    """The version of that name ("4.57"), or the installed one."""
    overlay = OVERLAY if name == "4.57" else None
    if overlay is not None and not overlay.is_dir():
        sys.exit("transformers 4.57 is not there: make .venv/transformers-4.57/installed")
    places = [str(overlay)] if overlay is not None else sys.path
    found = {d.metadata["Name"]: d.version for d in reversed([*distributions(path=places)])}
    return Setting(found["transformers"], overlay)


def prepare(chosen: Setting) -> None:
    """Write the rows and pretrain the models, unless they are there."""
    data.write(chosen.folder / "data")
    command = [sys.executable, "-m", "bench.faults.models", str(chosen.folder)]
    subprocess.run(command, check=True, env=chosen.environment(), cwd=ROOT)


def plainly(script: Path, family: str, chosen: Setting) -> dict[str, Any]:
    """What the script does by itself: exit status, the exact match it prints, its last error."""
    with tempfile.TemporaryDirectory() as folder:
        return child([sys.executable, str(script)], family, chosen, Path(folder))


def examined(script: Path, family: str, chosen: Setting) -> dict[str, Any]:
    """The same under `workup run`, with the findings of its report; None where it left no report."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        command = [sys.executable, "-m", "workup", "run", "--report", str(report), str(script)]
        done = child(command, family, chosen, Path(folder))
        return {**done, **_told(report / "report.json")}


def confirmed(script: Path, family: str, chosen: Setting) -> dict[str, Any]:
    """The same under `workup run --confirm`: the causes in their order, the verdict of every experiment."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        options = ["--confirm", "--budget", str(BUDGET), "--report", str(report)]
        command = [sys.executable, "-m", "workup", "run", *options, str(script)]
        done = child(command, family, chosen, Path(folder))
        file = report / "report.json"
        told = json.loads(file.read_text()) if file.is_file() else {"causes": [], "experiments": []}
    kept = ("cause", "verdict", "proved", "rows", "right_without", "right_with", "seconds", "reason")
    return {
        **done,
        "causes": [one["cause"] for one in told["causes"]],
        "experiments": [{name: one[name] for name in kept} for one in told["experiments"]],
    }


def mended(script: Path, family: str, chosen: Setting) -> dict[str, Any]:
    """Whether `workup fix --retrain` mends the text of the script, and proves that it does better so."""
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / script.name
        own.write_bytes(script.read_bytes())
        command = [sys.executable, "-m", "workup", "fix", "--write", "--retrain", str(own)]
        done = child(command, family, chosen, Path(folder))
        # It is taken back where it is not better.
        return {"proved": own.with_name(f"{own.stem}.fixed.py").exists(), "seconds": done["seconds"]}


def child(
    command: Sequence[str], family: str, chosen: Setting, folder: Path, packages: Sequence[Path] = ()
) -> dict[str, Any]:
    """Run the command as the script's user would: exit status, exact match, last error, seconds."""
    environment = chosen.environment(
        packages,
        FAULTS_MODEL=str(chosen.folder / family),
        FAULTS_DATA=str(chosen.folder / "data"),
        FAULTS_OUT=str(folder / "out"),
        HF_HOME=str(folder / "cache"),
    )
    started = time.perf_counter()
    try:
        done = subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, text=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return {"status": None, "exact_match": None, "error": "took too long", "seconds": PATIENCE}
    printed = re.findall(r"^exact match: ([\d.]+)", done.stdout, re.MULTILINE)
    errors = re.findall(r"^\w*(?:Error|Exception)\b.*", done.stderr, re.MULTILINE)
    return {
        "status": done.returncode,
        "exact_match": float(printed[-1]) if printed else None,
        "error": errors[-1][:200] if errors and not printed else None,
        "seconds": round(time.perf_counter() - started),
    }


def _told(path: Path) -> dict[str, Any]:
    """The findings in short, and the checks that failed themselves."""
    if not path.is_file():
        return {"findings": None, "broken": []}
    report = json.loads(path.read_text())
    kept = ("check", "stage", "severity", "summary")
    return {
        "findings": [{name: finding[name] for name in kept} for finding in report["findings"]],
        "broken": [broken["check"] for broken in report["broken"]],
    }

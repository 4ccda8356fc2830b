"""Does `workup isolate` find planted culprits in real trainings of a tiny model?

    .venv/bin/python -m bench.faults prepare          # rows and the tiny pretrained T5
    .venv/bin/python -m bench.isolation_real run [--only NAME ...]
    .venv/bin/python -m bench.isolation_real show     # writes the second table of docs/isolation-bench.md

The working recipe routes the notes of a bicycle workshop. The failing one has one planted fault, or two, or
none, beside harmless differences that are drawn from the name of the problem. Every search is the command
itself, with one worker; its trials are trainings in fresh processes. Results are kept in
bench/results/isolation_real.json as they come, and what is there is run again only by name.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.faults.running import ROOT, Setting, prepare, setting
from bench.page import fill

RESULTS = ROOT / "bench" / "results" / "isolation_real.json"
PAGE = ROOT / "docs" / "isolation-bench.md"
BEGIN, END = "<!-- real -->\n", "<!-- real end -->"
# Differences that do this task no harm, alone or together; every problem has six of them.
HARMLESS: Mapping[str, Any] = {
    "training.weight_decay": 0.01,
    "training.max_grad_norm": 2.0,
    "training.batch_order": "shuffled",
    "training.warmup": 0.1,
    "training.schedule": "cosine",
    "training.label_smoothing": 0.02,
    "tokens.source_length": 96,
    "generation.num_beams": 2,
    "generation.length_penalty": 0.5,
    "training.batch_size": 12,
}
DECOYS = 6


class Planted(NamedTuple):
    """What is wrong with the failing recipe; empty: nothing is."""

    name: str
    changes: Mapping[str, Any]
    # What both recipes begin with, where the fault needs it.
    both: Mapping[str, Any] = {}


PROBLEMS: tuple[Planted, ...] = (
    Planted("learning rate a hundredth", {"training.learning_rate": 2e-5}),
    Planted("learning rate a hundredfold", {"training.learning_rate": 0.2}),
    Planted("an eighth of the epochs", {"training.epochs": 0.75}),
    Planted("sixteen training rows", {"data.limit": 16}),
    Planted("sources cut", {"tokens.source_length": 16}),
    Planted("targets cut", {"tokens.target_length": 6}),
    Planted("answers cut", {"generation.max_new_tokens": 4}),
    Planted("targets without their end", {"tokens.append_eos": False}),
    Planted("no piece may be said twice", {"generation.no_repeat_ngram_size": 1}),
    Planted("no answer shorter than 30 pieces", {"generation.min_new_tokens": 30}),
    Planted(
        "pads counted, and every row padded",
        {"tokens.padding": "max_length", "tokens.mask_label_pads": False},
        {"tokens.target_length": 128, "training.epochs": 2.0},
    ),
    Planted("sources cut, answers cut", {"tokens.source_length": 16, "generation.max_new_tokens": 4}),
    Planted("nothing, first", {}),
    Planted("nothing, second", {}),
)


def recipe(chosen: Setting) -> Any:
    """The working one."""
    from workup.recipe import Recipe

    data = chosen.folder / "data"
    return Recipe.model_validate(
        {
            "base": str(chosen.folder / "t5"),
            "data": {
                "source": str(data / "train.jsonl"),
                "split": "source",
                "validation_source": str(data / "test.jsonl"),
            },
            "prompt": {"prefix": "route the note: ", "template": "{note}"},
            "target": {"template": "{route}"},
            "tokens": {"source_length": 64, "target_length": 32},
            "training": {
                "epochs": 6.0,
                "batch_size": 16,
                "learning_rate": 2e-3,
                "precision": "float32",
                "evaluate_every": "never",
                "checkpoint_every": "never",
            },
            "generation": {"num_beams": 1, "max_new_tokens": 32},
        }
    )


def pair(problem: Planted, chosen: Setting) -> tuple[Any, Any]:
    """The working and the failing recipe of a problem."""
    good = _changed(recipe(chosen), problem.both)
    free = [path for path in HARMLESS if path not in problem.changes]
    decoys = random.Random(problem.name).sample(free, DECOYS)
    bad = _changed(good, {**problem.changes, **{path: HARMLESS[path] for path in decoys}})
    return good, bad


def _changed(one: Any, changes: Mapping[str, Any]) -> Any:
    for path, value in changes.items():
        one = one.change(path, value)
    return one


def search(problem: Planted, chosen: Setting) -> dict[str, Any]:
    """The command on the two recipes, and what it says."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for side, one in zip(("good", "bad"), pair(problem, chosen), strict=True):
            one.save(folder / f"{side}.yaml")
        command = [sys.executable, "-m", "workup", "isolate", "good.yaml", "bad.yaml"]
        options = ["--workers", "1", "--out", "found", "--json"]
        done = subprocess.run(
            [*command, *options], cwd=folder, env=chosen.environment(), stdout=subprocess.PIPE, text=True
        )
        told = json.loads(done.stdout)
    return {
        "verdict": told["verdict"],
        "culprits": sorted(change["path"] for one in told["culprits"] for change in one["changes"]),
        "differences": len(told["differences"]),
        "skipped": len(told["skipped"]),
        "trials": len(told["trials"]),
        "seconds": told["seconds"],
        "sentence": told["sentence"],
    }


def is_exact(problem: Planted, found: Mapping[str, Any]) -> bool:
    """Whether the planted changes are named and nothing else; of no fault: whether it says "alike"."""
    if not problem.changes:
        return bool(found["verdict"] == "alike")
    return bool(found["culprits"] == sorted(problem.changes))


def run(only: Sequence[str]) -> None:
    """Search where there is no result yet, or what is named."""
    chosen = setting(None)
    prepare(chosen)
    for problem in PROBLEMS:
        if problem.name in (only or [one.name for one in PROBLEMS if one.name not in _read()]):
            found = search(problem, chosen)
            RESULTS.write_text(json.dumps({**_read(), problem.name: found}, indent=1) + "\n")
            print(
                f"{problem.name}: {'exact' if is_exact(problem, found) else 'not exact'}; {found}", flush=True
            )


def show() -> None:
    """Write the table between the marks of the page."""
    known = [(problem, _read()[problem.name]) for problem in PROBLEMS if problem.name in _read()]
    exact = sum(is_exact(problem, found) for problem, found in known)
    lines = [
        f"{exact} of {len(known)} exact, with {sum(found['trials'] for _, found in known) / len(known):.0f} "
        "trainings in the mean.",
        "",
        "| planted | differences | named | trainings | seconds |",
        "|---|---|---|---|---|",
    ]
    for problem, found in known:
        named = ", ".join(f"`{path}`" for path in found["culprits"]) or found["verdict"]
        right = "" if is_exact(problem, found) else " (not what was planted)"
        lines.append(
            f"| {problem.name} | {found['differences']} | {named}{right} | {found['trials']} | "
            f"{found['seconds']:.0f} |"
        )
    fill(PAGE, BEGIN, END, "\n".join(lines))


def _read() -> dict[str, Any]:
    known: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    return known


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="bench.isolation_real", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run").add_argument("--only", action="append", default=[], metavar="NAME")
    commands.add_parser("show")
    given = parser.parse_args()
    if given.command == "run":
        run(given.only)
    else:
        show()

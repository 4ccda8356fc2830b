"""What do more cases buy? The clinic's fine-tune and three baselines, on the very same data of growing size.

    .venv/bin/python bench/learning_curve.py run [--sizes 25,160,513,2000,10000,30000]
    .venv/bin/python bench/learning_curve.py show

Sizes up to 513 are hand-written training cases; beyond, so many synthetic cases are added to all 513. The test is
always the same: the book's 342 hand-written validation cases, read as free text (`text`), a third each
telegraphic, notes and lay words. Fresh process a size, one after the other; results are added to
bench/results/learning_curve.json as they come, and a size that is there already is not run again. `show`
writes table and plot into docs/.

The baselines: TF-IDF + logistic regression and the nearest case learn from the same rows; TF-IDF retrieval
searches the 171 one-line descriptions of the conditions (no case at all), so it is one level line.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "learning_curve.json"
PAGE, PLOT = HERE.parent / "docs" / "learning-curve.md", HERE.parent / "docs" / "learning-curve.svg"

# Training cases: passes over them. Fewer cases are repeated more often; all are trained until little is gained.
EPOCHS = {25: 60, 160: 30, 513: 16, 2000: 10, 10000: 6, 30000: 4}
BY_HAND = 513
STYLES = ("telegraphic", "note", "lay")


def recipe(size: int) -> Any:
    """The clinic's recipe on free text, with the size's rows."""
    from workup.recipe import Recipe

    changed = Recipe.load(HERE.parent / "recipes" / "clinic.yaml")
    changes: dict[str, Any] = {
        "prompt.template": "{text} What is the most likely diagnosis?",
        "data.strata": "style",
        "training.epochs": float(EPOCHS[size]),
        "training.evaluate_every": "never",
    }
    if size < BY_HAND:
        changes |= {"data.limit": size, "training.batch_size": 8 if size < 100 else 16}
    if size > BY_HAND:
        changes["data.extra_source"] = f"synthetic:{size}"
    for path, value in changes.items():
        changed = changed.change(path, value)
    return changed


def measure(size: int) -> dict[str, Any]:
    """Train and evaluate one size."""
    from workup import train

    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        run = train(recipe(size), Path(folder) / "run")
        trained = time.perf_counter() - started
        evaluation = run.evaluate()
        retrieval = described_conditions(run.examples.validation)
        summary = json.loads((Path(folder) / "run" / "run.json").read_text())
    return {
        "cases": min(size, BY_HAND) + (size if size > BY_HAND else 0),
        "synthetic": size if size > BY_HAND else 0,
        "epochs": EPOCHS[size],
        "train_seconds": round(trained),
        "steps": summary["steps"] if "steps" in summary else None,
        "loss": evaluation.loss,
        "near_copies": evaluation.near_copies.top1.total,
        "t5": evaluation.model.to_json(),
        "by_style": {name: accuracy.to_json() for name, accuracy in evaluation.strata.items()},
        "baselines": {
            **{name: accuracy.to_json() for name, accuracy in evaluation.baselines.items()},
            "TF-IDF retrieval over descriptions": retrieval,
        },
    }


def described_conditions(test: Sequence[Any]) -> dict[str, Any]:
    """TF-IDF retrieval over one line a condition: the nearest-case baseline with descriptions for cases."""
    from workup.clinic.book import conditions
    from workup.clinic.cases import description
    from workup.data.rows import Example
    from workup.evaluation.baselines import nearest_case
    from workup.evaluation.metrics import Accuracy, rank

    lines = [Example(c.name, "", c.name, description(c), c.names, c.name, {}) for _, c in conditions()]
    ranked = nearest_case(lines, test)
    return Accuracy.of(rank(r, e.answers) for r, e in zip(ranked, test, strict=True)).to_json()


def run(sizes: Iterable[int]) -> None:
    """Each size in a fresh process; results are kept as they come."""
    for size in sizes:
        results = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
        if str(size) in results:
            continue
        print(f"{size}: training", flush=True)
        child = subprocess.run(
            [sys.executable, __file__, "one", str(size)], check=True, stdout=subprocess.PIPE, text=True
        )
        results[str(size)] = json.loads(child.stdout.splitlines()[-1])
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
        print(f"{size}: top-1 {results[str(size)]['t5']['top1']['value']:.1%}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    whole = commands.add_parser("run")
    whole.add_argument("--sizes", default=",".join(map(str, EPOCHS)))
    commands.add_parser("one").add_argument("size", type=int)
    commands.add_parser("show")
    given = parser.parse_args()
    if given.command == "run":
        run(int(size) for size in given.sizes.split(","))
    elif given.command == "one":
        print(json.dumps(measure(given.size)))


if __name__ == "__main__":
    main()

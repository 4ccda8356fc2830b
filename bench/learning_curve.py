"""What do more cases buy? The clinic's fine-tune and three baselines, on the very same data of growing size.

    .venv/bin/python bench/learning_curve.py run [--sizes 25,160,513,2000,10000,30000]
    .venv/bin/python bench/learning_curve.py show

Sizes up to 513 are hand-written training cases; beyond, so many synthetic cases are added to all 513. The
test is always the same: the book's 342 hand-written validation cases, read as free text (`text`), a third
each telegraphic, notes and lay words. A fresh process a size, one after the other; results are added to
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

# Training cases: passes over them.
EPOCHS = {25: 20, 160: 8, 513: 4, 2000: 2, 10000: 1, 30000: 1}
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
        "steps": summary.get("steps"),
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


def label(result: dict[str, Any]) -> str:
    by_hand = f"{result['cases'] - result['synthetic']}"
    return f"{by_hand} + {result['synthetic']:,}" if result["synthetic"] else by_hand


def show() -> None:
    """Write the table between the marks of the page, and the plot."""
    results = list(json.loads(RESULTS.read_text()).values())
    results.sort(key=lambda result: result["cases"])
    names = list(results[0]["baselines"])
    head = ["training cases", "passes", "T5", *names, "T5 by style: " + " / ".join(STYLES)]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for result in results:
        methods = [result["t5"], *(result["baselines"][name] for name in names)]
        styles = " / ".join(f"{100 * result['by_style'][style]['top1']['value']:.0f}" for style in STYLES)
        cells = [label(result), str(result["epochs"]), *map(_cell, methods), styles]
        lines.append("| " + " | ".join(cells) + " |")
    before, _, rest = PAGE.read_text().partition("<!-- table -->\n")
    after = rest.partition("<!-- end -->")[2]
    PAGE.write_text(f"{before}<!-- table -->\n" + "\n".join(lines) + f"\n<!-- end -->{after}")
    _plot(results, names)


def _cell(accuracy: dict[str, Any]) -> str:
    top1 = {key: 100 * value for key, value in accuracy["top1"].items()}
    top3 = 100 * accuracy["top3"]["value"]
    return f"{top1['value']:.1f} ({top1['low']:.0f} to {top1['high']:.0f}), {top3:.1f}"


def _plot(results: Sequence[dict[str, Any]], names: Sequence[str]) -> None:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "workup"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 4.5))
    sizes = [result["cases"] for result in results]
    for name in ("fine-tuned T5", *names):
        found = [r["t5"] if name == "fine-tuned T5" else r["baselines"][name] for r in results]
        values, low, high = ([100 * f["top1"][key] for f in found] for key in ("value", "low", "high"))
        (line,) = axes.plot(sizes, values, marker="o", label=name)
        axes.fill_between(sizes, low, high, alpha=0.15, color=line.get_color(), linewidth=0)
    axes.axvline(BY_HAND, color="grey", linestyle=":")
    axes.text(BY_HAND * 1.05, 1, "from here on with synthetic cases", fontsize=8, color="grey")
    axes.set(xscale="log", ylim=(0, 100), xlabel="training cases", ylabel="top-1 on 342 validation cases, %")
    axes.legend(loc="upper left", fontsize=8)
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(PLOT, metadata={"Date": None})


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
    else:
        show()


if __name__ == "__main__":
    main()

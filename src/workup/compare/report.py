"""The report that a comparison or a sweep leaves in its folder: JSON and one plot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workup.compare import plot
from workup.compare.comparison import Comparison
from workup.compare.sweep import Sweep, Tried
from workup.compare.words import foresight, verdict, verdict_of_sweep
from workup.evaluation.paired import Right
from workup.files import write_json, write_text

# Raised when a program that reads these files would have to be changed.
FORMAT = 1
COMPARISON, SWEEP = "comparison", "sweep"


def save_comparison(comparison: Comparison, folder: Path) -> None:
    """Write comparison.json and comparison.svg."""
    write_json(folder / f"{COMPARISON}.json", comparison_json(comparison))
    write_text(folder / f"{COMPARISON}.svg", plot.of_comparison(comparison))


def save_sweep(sweep: Sweep, folder: Path) -> None:
    """Write sweep.json, sweep.svg, and the recommended settings as a recipe, recommended.yaml."""
    write_json(folder / f"{SWEEP}.json", sweep_json(sweep))
    write_text(folder / f"{SWEEP}.svg", plot.of_sweep(sweep))
    sweep.recommended.recipe.save(folder / "recommended.yaml")


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Everything, as plain values; the results of every case included."""
    plan = comparison.plan
    pairs = zip(plan.seeds, comparison.a, comparison.b, comparison.tests, comparison.corrected, strict=True)
    return {
        "format": FORMAT,
        "verdict": verdict(comparison),
        "foresight": foresight(plan.cases.independent, len(plan.seeds)),
        "notes": list(plan.notes),
        "a": plan.names[0],
        "b": plan.names[1],
        "changed": [{"path": d.path, "a": d.left, "b": d.right} for d in plan.changed],
        "test": plan.test or "validation rows",
        "effect": comparison.effect.to_json(),
        "seeds": [
            {
                "seed": seed,
                "a": float(a.mean()),
                "b": float(b.mean()),
                "only_a": test.only_a,
                "only_b": test.only_b,
                "mcnemar_p": test.p,
                "holm_p": corrected,
            }
            for seed, a, b, test, corrected in pairs
        ],
        "cases": _cases(plan.cases.ids, comparison.a, comparison.b),
    }


def sweep_json(sweep: Sweep) -> dict[str, Any]:
    """Everything, as plain values."""
    return {
        "format": FORMAT,
        "verdict": verdict_of_sweep(sweep),
        "foresight": foresight(sweep.plan.cases.independent, len(sweep.plan.seeds)),
        "of": sweep.plan.name,
        "notes": list(sweep.plan.notes),
        "test": sweep.plan.test or "validation rows",
        "seeds": list(sweep.plan.seeds),
        "cases": len(sweep.plan.cases.ids),
        "selection": sweep.selection.to_json(),
        "settings": [_tried(tried) for tried in sweep.tried],
    }


def _tried(tried: Tried) -> dict[str, Any]:
    return {
        "setting": dict(tried.setting),
        "top1": tried.top1,
        "effect": tried.effect.to_json() if tried.effect else None,
        "holm_p": tried.p,
    }


def _cases(ids: Sequence[str], a: Right, b: Right) -> list[dict[str, Any]]:
    """Of each case, with how many seeds each side got it right."""
    counts = zip(ids, a.sum(axis=0).tolist(), b.sum(axis=0).tolist(), strict=True)
    return [{"id": name, "a": right_a, "b": right_b} for name, right_a, right_b in counts]

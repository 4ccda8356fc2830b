"""What is lost where answers below a probability are not told apart, and how many are left?

    .venv/bin/python -m bench.floor run [--run runs/diagnoser]    # some minutes of one core
    .venv/bin/python -m bench.floor show

The hand-written validation cases in both forms, scored exactly; then every probability of the model below the
floor is raised to it, and the diagnoser's combination with the words, its temperature and its sets are fitted
anew on four fifths of the cases and judged on the rest, five times. `show` fills the second table of
docs/scoring.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.page import fill, of_a_run

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "floor.json"
PAGE = HERE.parent / "docs" / "scoring.md"
FLOORS = (0.0, 1e-6, 1e-5, 5e-5, 1e-4, 1e-3, 1e-2)


def run(folder: Path) -> None:
    import numpy as np
    import torch

    from workup.clinic.assess import Diagnoser
    from workup.clinic.assess.forms import contents, sources

    torch.set_num_threads(1)
    diagnoser = Diagnoser.load(folder, print)
    validation = diagnoser.run.examples.validation
    truth = np.array([diagnoser.known.conditions.index(case.answers[0]) for case in validation])
    found = []
    for form in diagnoser.known.forms:
        told = contents(validation, form)
        asked = sources(validation, diagnoser.run.predictor.prompt, form) or []
        model = diagnoser.witness.closed.score(asked).log_probabilities
        words = diagnoser.witness.prior.log_probabilities(told)
        found += [judged(model, words, truth, floor) | {"form": form} for floor in FLOORS]
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")


def judged(model: Any, words: Any, truth: Any, floor: float) -> dict[str, float]:
    """With the model's log-probabilities (N, K) raised to a floor."""
    import numpy as np

    from workup.clinic.assess.prior import fit_share
    from workup.evaluation.calibrated import held_out

    raised = np.maximum(model, math.log(floor)) if floor else model
    rows = np.arange(len(truth))
    scored = held_out(raised + fit_share(raised, words, truth) * words, truth, alpha=0.1)
    right = scored.probabilities[rows, truth]
    ranks = 1 + (scored.probabilities > right[:, None]).sum(axis=1)
    return {
        "floor": floor,
        "above": float((np.exp(model) >= floor).sum(axis=1).mean()),
        "top1": float((ranks == 1).mean()),
        "top3": float((ranks <= 3).mean()),
        "log_score": float(-np.log(right).mean()),
        "held": float(scored.sets[rows, truth].mean()),
        "size": float(scored.sets.sum(axis=1).mean()),
    }


def table(found: Sequence[dict[str, Any]]) -> str:
    """The rows of the page."""
    lines = [
        "| form | floor | answers above it | top-1 | top-3 | log score | sets of 90 %: coverage, size |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in found:
        floor = f"1 in {1 / one['floor']:,.0f}" if one["floor"] else "none"
        lines.append(
            f"| {one['form']} | {floor} | {one['above']:.0f} | {one['top1']:.1%} | {one['top3']:.1%} | "
            f"{one['log_score']:.3f} | {one['held']:.1%}, {one['size']:.2f} |"
        )
    return "\n".join(lines)


def show() -> None:
    fill(PAGE, "<!-- floor -->\n", "<!-- floor ends -->", table(json.loads(RESULTS.read_text())))


if __name__ == "__main__":
    of_a_run(__doc__, run, show)

"""The trainings on padded labels, which two phases look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workup.examine.measurements.generating import frame
from workup.examine.symptoms import is_pad_loop
from workup.walkthrough.counting import count
from workup.walkthrough.lab import ROWS, Lab
from workup.walkthrough.phase import Count

if TYPE_CHECKING:
    from workup.recipe import Recipe
    from workup.run import Run

# Optimizer steps. Pads are learned within a few of them; how many depends on the base.
_LENGTHS = (6, 8, 10, 14)
_BATCH, _PADDED_TO = 8, 256
# More than the quarter by which a failure counts as seen.
_ENOUGH = 0.4


def padded(lab: Lab, steps: int = _LENGTHS[0]) -> Recipe:
    """A training of so many steps on labels of full length, whose pads count in the loss."""
    recipe = lab.sound.change("training.batch_size", _BATCH).change("training.epochs", steps * _BATCH / ROWS)
    recipe = recipe.change("tokens.target_length", _PADDED_TO)
    return recipe.change("tokens.padding", "max_length").change("tokens.mask_label_pads", False)


def padded_run(lab: Lab) -> tuple[Run, int]:
    """The shortest such training after which many answers are nothing but pads, and its steps.

    Where there is none, that with most of them.
    """
    shares: dict[int, float] = {}
    for steps in _LENGTHS:
        shares[steps] = pads_only(lab, lab.run(f"padded-{steps}", padded(lab, steps))).share
        if shares[steps] >= _ENOUGH:
            break
    chosen = max(shares, key=lambda steps: shares[steps])
    return lab.run(f"padded-{chosen}", padded(lab, chosen)), chosen


def masked_run(lab: Lab) -> Run:
    """The same training with the pads left out of the loss."""
    _, steps = padded_run(lab)
    return lab.run(f"masked-{steps}", padded(lab, steps).change("tokens.mask_label_pads", True))


def pads_only(lab: Lab, run: Run) -> Count:
    """How many answers of a run are nothing but pads."""
    framed = frame(run.predictor.tokenizer, run.predictor.model)
    return count(lab.answers(run), lambda row: is_pad_loop(row.ids, framed))

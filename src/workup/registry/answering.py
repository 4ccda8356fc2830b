"""What a run's folder does not hold and the gates need: how the diagnoser does on each validation case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workup.clinic.assess.fitted import Fitted
from workup.clinic.assess.forms import Form, contents, sources
from workup.clinic.book import by_name
from workup.data.rows import Example, as_text, is_missing
from workup.evaluation.calibrated import held_out
from workup.registry.evidence import Case

if TYPE_CHECKING:
    from workup.clinic.assess import Diagnoser


def answer(diagnoser: Diagnoser, form: Form) -> tuple[Case, ...]:
    """Every validation case of the run in one form.

    Temperature, sets and the threshold for answering are fitted on four fifths of the cases and applied to
    the rest, five times; how much the words count beside the model, one number, is the diagnoser's own.

    Raises:
        DataError: fewer than five cases, or the run's data cannot be used any more.
    """
    examples = diagnoser.run.examples.validation
    given = sources(examples, diagnoser.run.predictor.prompt, form) or []
    fitted: Fitted = diagnoser.known.forms[form]
    scores = diagnoser.witness.see(contents(examples, form), given).together(fitted.share)
    truth = np.array([diagnoser.known.conditions.index(example.answers[0]) for example in examples])
    found = held_out(scores, truth, alpha=fitted.calibration.thresholds.alpha)
    rows = np.arange(len(truth))
    ranks = 1 + (found.probabilities > found.probabilities[rows, truth][:, None]).sum(axis=1)
    first = found.probabilities.argmax(axis=1)
    return tuple(
        Case(
            id=example.id,
            form=form,
            specialty=_specialty(example),
            expected=example.answers[0],
            answer=diagnoser.known.conditions[first[row]],
            rank=int(ranks[row]),
            confidence=round(float(found.probabilities[row, first[row]]), 6),
            in_set=bool(found.sets[row, truth[row]]),
            set_size=int(found.sets[row].sum()),
            answered=bool(found.answered[row]),
        )
        for row, example in enumerate(examples)
    )


def _specialty(example: Example) -> str | None:
    """What the data says, else the case book."""
    told = example.metadata.get("specialty")
    if not is_missing(told):
        return as_text(told)
    known = by_name().get(example.answers[0])
    return known[0].specialty if known else None

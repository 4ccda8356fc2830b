"""GEN004"""

from __future__ import annotations

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.generating import Settings, Trial

# Measured: 2.0 took 23 % of the right answers of a tiny model that had learned its task.
_MANY = 0.2


@check("GEN004", "generation")
def repetition_penalised(settings: Settings, trial: Trial) -> Finding | None:
    """A repetition penalty changes the answers.

    What it checks
    With a `repetition_penalty` other than 1: how many answers to one batch change with it, everything else
    being equal, and how many are right with it and without.

    Why it matters
    It makes every token that was said once less likely for the rest of the answer: in words that share their
    pieces, in lists, in "and". A right answer goes wrong in its second half, and a model that repeats itself
    is not mended but hidden.

    Evidence
    The penalty, how many answers change, and the share of right ones on either side.

    Example
    Wrong: `repetition_penalty=2.0` against answers that loop. Right: 1.0, and the cause of the loop: labels
    without an end, too few steps.

    Remedy
    Leave it at 1.

    When it is harmless
    In long free text, where no answer is the right one. Where no right answer is lost, this is a note.

    Known limits
    One batch of eight rows. An untrained model has no right answers to lose. Sampled answers are not
    compared.

    Sources
    https://huggingface.co/docs/transformers/main_classes/text_generation, Keskar et al. 2019,
    https://arxiv.org/abs/1909.05858; measured on a tiny model; the test of this check repeats it.
    """
    penalty = settings.value("repetition_penalty")
    if not isinstance(penalty, int | float) or penalty == 1 or settings.value("do_sample") is True:
        return None
    compared = trial.compare(trial.own, trial.answers(**{**trial.own_values, "repetition_penalty": 1.0}))
    if not compared.changed:
        return None
    lost = compared.right_before - compared.right_after
    severity = Severity.ERROR if lost > _MANY else Severity.WARNING
    origin = settings.said_of("repetition_penalty")
    return Finding(
        severity if lost > 0 else Severity.NOTE,
        f"tokens that were said are penalised (repetition_penalty={penalty:g}, from {origin}){compared.told}",
        Remedy(
            "leave the penalty at 1",
            change={"generation.repetition_penalty": 1.0},
            code="model.generation_config.repetition_penalty = None",
        ),
        {**compared.evidence, "repetition_penalty": penalty, "from": origin},
    )

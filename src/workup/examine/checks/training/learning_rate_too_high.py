"""TRA004"""

from __future__ import annotations

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.course import Course, ends
from workup.examine.measurements.learned import UNLEARNED
from workup.examine.measurements.trained_weights import T5_FAMILY, Trainable

# Upper ends of what is reported to train, with room: T5 with AdamW 1e-3, with Adafactor 1e-2 (small models),
# adapters 1e-3, BART and others 5e-5 to 1e-4.
_HIGHEST = {
    ("t5", "adam"): 5e-3,
    ("t5", "adafactor"): 5e-2,
    ("other", "adam"): 5e-4,
    ("other", "adafactor"): 5e-3,
}
_HIGHEST_ADAPTER = 1e-2
_GOOD = {
    ("t5", "adam"): 3e-4,
    ("t5", "adafactor"): 1e-3,
    ("other", "adam"): 3e-5,
    ("other", "adafactor"): 1e-4,
}
_GOOD_ADAPTER = 3e-4
# A million weights and fewer: such toys learn with larger steps than pretrained models bear.
_TOY = 1_000_000


@check("TRA004", "training", explains=UNLEARNED)
def learning_rate_too_high(
    peak_rate: float | None,
    optimizer_family: str,
    model_type: str,
    trainable: Trainable | None = None,
    course: Course | None = None,
    has_learned: bool = False,
) -> Finding | None:
    """The learning rate is higher than this kind of model bears.

    What it checks
    The highest learning rate of the schedule against what is reported to train for the family of the model,
    the optimizer, and for adapters. A log in which the loss has fallen by half, and below what can be known
    without the input, makes the check silent; models of a million weights and fewer are not judged without a
    log.

    Why it matters
    Steps too large destroy what was pretrained. The loss jumps, often to the level of guessing, and stays;
    the model then gives one answer to everything.

    Evidence
    The learning rate, the highest usual one, and the first and last loss of the log.

    Example
    Wrong: BART with `learning_rate=1e-3`, taken from a recipe for T5. Right: `learning_rate=3e-5`.

    Remedy
    Lower the learning rate.

    When it is harmless
    In small models that are trained from the start, and with optimizers that scale their steps.

    Known limits
    The limits are those of published recipes, not of this model.

    Sources
    https://huggingface.co/docs/transformers/model_doc/t5, https://arxiv.org/abs/1910.10683 (T5),
    https://arxiv.org/abs/1910.13461 (BART)
    """
    family = "t5" if model_type in T5_FAMILY else "other"
    key = (family, optimizer_family)
    if not model_type or not peak_rate or key not in _HIGHEST or has_learned:
        return None
    adapter = trainable is not None and trainable.added
    highest = _HIGHEST_ADAPTER if adapter else _HIGHEST[key]
    losses = course.losses if course is not None else []
    toy = trainable is None or trainable.total <= _TOY
    if peak_rate <= highest or (toy and not losses):
        return None
    good = _GOOD_ADAPTER if adapter else _GOOD[key]
    evidence = {"learning rate": peak_rate, "highest usual": highest, "model": model_type}
    severity, told = Severity.WARNING, ""
    if len(losses) > 2:
        first, last = ends(losses)
        evidence |= {"first loss": first, "last loss": last}
        told = f"; the loss went from {first:.2f} to {last:.2f}"
        severity = Severity.ERROR if last >= first else Severity.WARNING
    return Finding(
        severity,
        f"the learning rate {peak_rate:g} is high for {model_type}: up to {highest:g} is usual{told}",
        Remedy(
            f"lower the learning rate to {good:g}",
            change={"training.learning_rate": good},
            code=f"arguments.learning_rate = {good:g}",
        ),
        evidence,
    )

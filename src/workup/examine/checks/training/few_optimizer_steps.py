"""TRA001"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.learned import UNLEARNED
from workup.examine.measurements.plan import number, rows_a_step

# Measured: three steps leave a tiny T5 at 57 % of its first loss and still falling; runs reported to have
# learned nothing had 3 to 20.
_NOTHING = 20
# Fine-tunes that work are reported with hundreds of steps and more.
_LITTLE = 100


@check("TRA001", "training", explains=UNLEARNED)
def few_optimizer_steps(
    arguments: Any,
    planned_steps: int | None,
    train_rows: Sequence[Any] | None = None,
    has_learned: bool = False,
) -> Finding | None:
    """The training has too few optimizer steps to learn anything.

    What it checks
    How many optimizer steps the training makes: rows times epochs, divided by batch size, devices and
    gradient accumulation; or `max_steps`. A log in which the loss has fallen by half, and below what can be
    known without the input, makes the check silent.

    Why it matters
    Weights change by about one learning rate a step. After a handful of steps the model still answers as the
    base model does, whatever the data say.

    Evidence
    The steps, and the numbers they come from.

    Example
    Wrong: 100 rows, 3 epochs, batch size 16, accumulation 8: 3 steps. Right: accumulation 1 and 20 epochs:
    140.

    Remedy
    More epochs, less gradient accumulation, smaller batches.

    When it is harmless
    When a fine-tuned model is only refreshed, or the base can do the task already.

    Known limits
    Rows of a streaming data set cannot be counted.

    Sources
    https://huggingface.co/docs/transformers/model_doc/t5,
    https://github.com/huggingface/transformers/issues/8704. Measured on tiny models.
    """
    if planned_steps is None or planned_steps <= 0 or planned_steps >= _LITTLE or has_learned:
        return None
    evidence: dict[str, Any] = {"steps": planned_steps, "rows a step": rows_a_step(arguments)}
    accumulated = int(number(getattr(arguments, "gradient_accumulation_steps", None)) or 1)
    epochs, told = None, ""
    if (number(getattr(arguments, "max_steps", None)) or 0) > 0:
        told = " (max_steps)"
    elif train_rows is not None:
        epochs = number(getattr(arguments, "num_train_epochs", None)) or 0
        evidence |= {"rows": len(train_rows), "epochs": epochs, "accumulation": accumulated}
        told = f" ({len(train_rows)} rows, {epochs:g} epochs, {evidence['rows a step']} rows a step)"
    return Finding(
        Severity.ERROR if planned_steps <= _NOTHING else Severity.WARNING,
        f"the whole training makes {planned_steps} optimizer steps{told}",
        _longer(planned_steps, epochs, accumulated),
        evidence,
    )


def _longer(planned: int, epochs: float | None, accumulated: int) -> Remedy:
    """A hundred steps at least; `epochs` is None where the steps themselves are set."""
    if epochs is None:
        return Remedy("train for more steps", code=f"arguments.max_steps = {_LITTLE}")
    times = -(-_LITTLE // (planned * accumulated))
    told, change, code = [], {}, []
    if times > 1:
        told.append(f"train for {times} times as many epochs")
        change["training.epochs"] = epochs * times
        code.append(f"arguments.num_train_epochs *= {times}")
    if accumulated > 1:
        told.append(f"make a step of every batch, not of {accumulated}")
        change["training.accumulation"] = 1
        code.append("arguments.gradient_accumulation_steps = 1")
    return Remedy(" and ".join(told), change=change, code="; ".join(code))

"""TRA003"""

from __future__ import annotations

from dataclasses import dataclass

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.learned import UNLEARNED
from workup.examine.measurements.trained_weights import T5_FAMILY, Trainable


@dataclass(frozen=True)
class Usual:
    """Learning rates: up to `low` it is doubtful, up to `dead` hopeless; `good` is a place to begin."""

    dead: float
    low: float
    good: float


# transformers' T5 page: 1e-4 and 3e-4 with AdamW. The Trainer's 5e-5 is that of the reports of "no learning".
_T5_ADAM = Usual(dead=1e-5, low=5e-5, good=3e-4)
# Raffel 2020 fine-tunes with Adafactor at a constant 1e-3.
_T5_ADAFACTOR = Usual(dead=1e-5, low=1e-4, good=1e-3)
# Lewis 2019 and its successors fine-tune BART with 1e-5 to 5e-5.
_OTHERS = Usual(dead=1e-7, low=1e-6, good=3e-5)
# Hu 2021 trains adapters with 1e-4 and more: they begin at zero.
_ADAPTER = Usual(dead=1e-6, low=1e-5, good=3e-4)


@check("TRA003", "training", explains=UNLEARNED)
def learning_rate_too_low(
    peak_rate: float | None,
    optimizer_family: str,
    model_type: str,
    trainable: Trainable | None = None,
    planned_steps: int | None = None,
    has_learned: bool = False,
) -> Finding | None:
    """The learning rate is too low for this kind of model.

    What it checks
    The highest learning rate of the schedule against what is usual for the family of the model, the
    optimizer, and for adapters. A log in which the loss has fallen by half, and below what can be known
    without the input, makes the check silent, and a training long enough makes up for a rate that is only
    doubtful.

    Why it matters
    T5 was pretrained with large steps. At the Trainer's default of 5e-5 its loss hardly moves in a few
    hundred steps, and the model answers as the base model does.

    Evidence
    The learning rate, the family, and the rate to begin with.

    Example
    Wrong: T5 with the default `learning_rate=5e-5`. Right: `learning_rate=3e-4`, or Adafactor with 1e-3.

    Remedy
    Raise the learning rate to the place to begin.

    When it is harmless
    In long trainings, with large models, and when a fine-tuned model is only refreshed.

    Known limits
    The optimizers judged are AdamW and its relatives, and Adafactor.

    Sources
    https://huggingface.co/docs/transformers/model_doc/t5, https://arxiv.org/abs/1910.10683 (T5),
    https://arxiv.org/abs/1910.13461 (BART), https://arxiv.org/abs/2106.09685 (adapters)
    """
    usual = usual_rates(model_type, optimizer_family, trainable)
    if usual is None or not peak_rate or peak_rate > usual.low or has_learned:
        return None
    if peak_rate > usual.dead and planned_steps is not None and peak_rate * planned_steps > _FAR:
        return None
    kind = "an adapter of " if trainable is not None and trainable.added else ""
    return Finding(
        Severity.ERROR if peak_rate <= usual.dead else Severity.WARNING,
        f"the learning rate {peak_rate:g} is low for {kind}{model_type} with {_NAMES[optimizer_family]}: "
        f"{usual.good:g} is a place to begin",
        Remedy(
            f"raise the learning rate to {usual.good:g}",
            change={"training.learning_rate": usual.good},
            code=f"arguments.learning_rate = {usual.good:g}",
        ),
        {"learning rate": peak_rate, "model": model_type, "optimizer": optimizer_family, "usual": usual.good},
    )


# Rate times steps is about how far a weight can go. 3e-4 for 1000 steps, half of it for the schedule: enough.
_FAR = 0.15
_NAMES = {"adam": "AdamW", "adafactor": "Adafactor"}


def usual_rates(model_type: str, optimizer_family: str, trainable: Trainable | None) -> Usual | None:
    """What is usual for this kind of model; None: nothing is known of it."""
    if not model_type or optimizer_family not in _NAMES:
        return None
    if trainable is not None and trainable.added:
        return _ADAPTER
    if model_type in T5_FAMILY:
        return _T5_ADAM if optimizer_family == "adam" else _T5_ADAFACTOR
    return _OTHERS

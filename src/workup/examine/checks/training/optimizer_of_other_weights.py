"""TRA005"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.plan import sharded


@check("TRA005", "training")
def optimizer_of_other_weights(model: Any, optimizer: Any, arguments: Any = None) -> Finding | None:
    """The optimizer moves weights that are not the model's.

    What it checks
    Whether the weights in the optimizer are the very objects that train in the model. An optimizer that holds
    only a part of them, and nothing else, is a choice and is not reported.

    Why it matters
    Loading a model again, replacing a part of it, or putting an adapter on it makes new weights. An optimizer
    built before keeps the old ones: the gradient looks healthy, the loss stands still, and nothing says why.

    Evidence
    How many weights of the optimizer are the model's, and how many trainable ones of the model it has not.

    Example
    Wrong: `optimizer = AdamW(model.parameters()); model = get_peft_model(model, config)`. Right: the other
    way round.

    Remedy
    Build the optimizer last, or let the Trainer build it.

    When it is harmless
    When the optimizer also serves another module on purpose, such as a loss with weights.

    Known limits
    DeepSpeed, FSDP and optimizers that stand in for others are not judged: they hold weights of their own.

    Sources
    https://github.com/huggingface/transformers/pull/3532. Measured on tiny models; the test of this check
    repeats it.
    """
    names = f"{type(optimizer).__name__} {type(getattr(optimizer, 'optimizer', None)).__name__}".lower()
    groups = getattr(optimizer, "param_groups", None)
    if not groups or any(word in names for word in ("dummy", "deepspeed", "zero")) or sharded(arguments):
        return None
    if not callable(getattr(model, "parameters", None)):
        return None
    held = {id(weight) for group in groups for weight in group["params"]}
    own = {id(weight): weight.requires_grad for weight in model.parameters()}
    foreign = len(held - own.keys())
    trained = sum(wanted and one in held for one, wanted in own.items())
    left = sum(own.values()) - trained
    if not held or not left or (trained and not foreign):
        return None
    return Finding(
        Severity.WARNING if trained else Severity.ERROR,
        f"{foreign} of {len(held)} weights in the optimizer are not the model's, and {left} of "
        f"{sum(own.values())} weights that train are in no optimizer: they never change",
        Remedy(
            "build the optimizer last, when nothing of the model is replaced any more",
            code="optimizer = type(optimizer)(model.parameters(), lr=optimizer.param_groups[0]['lr'])",
        ),
        {
            "weights in the optimizer": len(held),
            "of them the model's": len(held) - foreign,
            "trainable weights left out": left,
        },
    )

"""TRA015"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity

# Where configs keep the dropout that the model applies without a module of its own (BART).
_RATES = ("dropout", "dropout_rate", "attention_dropout", "activation_dropout")


@check("TRA015", "training")
def evaluation_mode_in_training(model: Any, in_training: bool) -> Finding | None:
    """The model trains in evaluation mode, without its dropout.

    What it checks
    Whether `model.training` is off during a training step, while the model has dropout above 0.

    Why it matters
    Dropout keeps a small data set from being learned by heart. `from_pretrained` returns a model in
    evaluation mode, and a loop that evaluates leaves it there unless it says `model.train()` again.

    Evidence
    The mode, the rates in the config, and how many modules of dropout are off.

    Example
    Wrong: `evaluate(model)` between the steps of one's own loop. Right: `model.train()` after it.

    Remedy
    Call `model.train()` before every step or after every evaluation.

    When it is harmless
    With a dropout of 0, which is not reported, or where training without dropout is meant.

    Known limits
    Parts that are kept in evaluation mode on purpose while the model as a whole trains are not reported.

    Sources
    https://github.com/huggingface/transformers/issues/10564
    """
    import torch

    if in_training is not True or getattr(model, "training", True):
        return None
    config = getattr(model, "config", None)
    stated = {name: getattr(config, name, None) for name in _RATES}
    rates = {name: float(rate) for name, rate in stated.items() if isinstance(rate, int | float) and rate > 0}
    modules = [part.p for part in model.modules() if isinstance(part, torch.nn.Dropout) and part.p > 0]
    if not rates and not modules:
        return None
    highest = max([*rates.values(), *modules])
    return Finding(
        Severity.WARNING,
        f"the model trains in evaluation mode: its dropout of up to {highest:g} is off",
        Remedy("call model.train() before each step", code="model.train()"),
        {"dropout in the config": rates, "modules of dropout": len(modules)},
    )

"""GEN006"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.generating import Settings, Trial, base_of

# Some families call dropout as a function, and only their configuration knows the rate.
_RATES = ("dropout", "dropout_rate", "attention_dropout", "activation_dropout")
# Half of the answers changing without dropout: no answer can be relied on.
_MOST = 0.5
# Of a model that has learned well, dropout changes few answers: six runs over eight rows may show none.
_RUNS = 6


@check("GEN006", "generation")
def generating_in_training_mode(
    model: Any, generated: Sequence[Any], trial: Trial, settings: Settings
) -> Finding | None:
    """Answers are generated while dropout is on.

    What it checks
    Whether a model with which answers were generated is in training mode, and how far six greedy runs over
    one batch in that mode differ from a run without dropout.

    Why it matters
    `generate()` does not switch dropout off. Answers then differ from call to call although nothing is
    sampled, and fewer of them are right.

    Evidence
    How many answers of a batch differ, and how many are right with dropout on and off.

    Example
    Wrong: `trainer.train(); model.generate(**batch)`. Right: `model.eval()` before it.

    Remedy
    Call `model.eval()` before generating.

    When it is harmless
    Where all runs agree, which is told: on other rows they may not. Trainer's own `evaluate()` and
    `predict()` switch the mode themselves.

    Known limits
    Nothing says in which mode the answers at hand were made: that of the model now is taken for it.

    Sources
    https://pytorch.org/docs/stable/generated/torch.nn.Module.html (eval); measured on tiny models; the test
    of this check repeats it.
    """
    rate = _rate(model)
    if not generated or settings.value("do_sample") is True or not model.training or rate == 0:
        return None
    runs = [trial.answers(training=True) for _ in range(_RUNS)]
    twice, once = trial.compare(runs[1], runs[0]), max(map(trial.compare, runs), key=lambda one: one.changed)
    return Finding(
        Severity.ERROR if once.changed >= _MOST * once.rows else Severity.WARNING,
        f"the model is in training mode with dropout {rate:g}: {once.changed} of {once.rows} answers differ "
        f"from those without dropout in the worst of {_RUNS} greedy runs, {twice.changed} between the first "
        f"two; {once.right_after:.0%} instead of {once.right_before:.0%} are right",
        Remedy("call model.eval() before generating", code="model.eval()"),
        {
            "rows tried": once.rows,
            "runs": _RUNS,
            "differ between two runs": twice.changed,
            "differ from those without dropout": once.changed,
            "right with dropout": round(once.right_after, 3),
            "right without": round(once.right_before, 3),
        },
    )


def _rate(model: Any) -> float:
    """The highest rate of dropout in the model."""
    import torch

    layers = [layer.p for layer in model.modules() if isinstance(layer, torch.nn.Dropout)]
    named = [getattr(base_of(model).config, name, 0) for name in _RATES]
    return float(max([0, *layers, *(rate for rate in named if isinstance(rate, int | float))]))

"""TRA010"""

from __future__ import annotations

import re
import statistics
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.course import Course
from workup.examine.measurements.plan import name_of

_LESS_IS_BETTER = frozenset(
    {
        *("cer", "wer", "ter", "mer", "ser", "fer", "err", "error", "errors", "errorrate", "loss", "nll"),
        *("perplexity", "ppl", "bpb", "bpc", "distance", "mae", "mse", "rmse"),
    }
)
_MORE_IS_BETTER = frozenset(
    {
        *("accuracy", "acc", "f1", "precision", "recall", "bleu", "sacrebleu", "rouge", "rouge1", "rouge2"),
        *("rougel", "rougelsum", "chrf", "meteor", "em", "exact", "match", "bertscore", "correct"),
    }
)
# "error_reduction", "errors_avoided" and "1-cer" turn the sense around: such names are left alone.
_TURNED = frozenset(
    {
        *("free", "reduction", "reduced", "improvement", "avoided"),
        *("no", "non", "1", "inverse", "neg", "negative"),
    }
)
_ENOUGH = 3


@check("TRA010", "training")
def best_by_wrong_sign(arguments: Any, course: Course | None = None) -> Finding | None:
    """The best checkpoint is chosen by the wrong sign, so the worst one is kept.

    What it checks
    Whether the name of `metric_for_best_model` says that less is better, as in "cer" or "eval_loss", while
    `greater_is_better` is true; or the other way round, as in "accuracy". Where the log holds evaluations, it
    is seen whether the metric goes with the evaluation loss or against it.

    Why it matters
    Without `greater_is_better` the Trainer takes every metric whose name does not end in "loss" as one of
    which more is better. An error rate then keeps the first checkpoint, and early stopping ends a training
    that works.

    Evidence
    The metric and the sign; the value that was kept and the best one there was; the correlation with the
    evaluation loss.

    Example
    Wrong: `metric_for_best_model="cer"` alone. Right: the same with `greater_is_better=False`.

    Remedy
    Set `greater_is_better` as the metric asks.

    When it is harmless
    When the metric is named against its sense, such as an "error" that counts what is right.

    Known limits
    Names are looked at; a metric of an unknown name is not judged.

    Sources
    https://github.com/huggingface/transformers/pull/31142,
    https://github.com/huggingface/transformers/pull/7431
    """
    metric, greater = (
        getattr(arguments, "metric_for_best_model", None),
        getattr(arguments, "greater_is_better", None),
    )
    by_metric = name_of(getattr(arguments, "save_strategy", None)) == "best"
    if not isinstance(metric, str) or not isinstance(greater, bool):
        return None
    if not (getattr(arguments, "load_best_model_at_end", False) or by_metric):
        return None
    wanted = _greater_is_better(metric)
    if wanted is None or wanted == greater:
        return None
    evidence: dict[str, Any] = {"metric": metric, "greater_is_better": greater}
    told, severity = "", Severity.ERROR
    values, losses = _series(course, metric)
    if len(values) >= _ENOUGH:
        kept, best = (max(values), min(values)) if greater else (min(values), max(values))
        evidence |= {"kept": kept, "best": best}
        told = f"; of {len(values)} evaluations it keeps {kept:.3g}, and the best was {best:.3g}"
        together = _correlation(values, losses)
        if together is not None:
            evidence["correlation with eval_loss"] = round(together, 2)
            # A metric that goes against its name on this run may be named against its sense.
            severity = Severity.WARNING if (together < 0) == (not wanted) else Severity.ERROR
    return Finding(
        severity,
        f"greater_is_better is {greater} for {metric!r}, of which {'more' if wanted else 'less'} is better"
        f"{told}",
        Remedy(
            f"set greater_is_better={wanted}, and take the best checkpoint by hand where they still exist",
            code=f"arguments.greater_is_better = {wanted}",
        ),
        evidence,
    )


def _greater_is_better(metric: str) -> bool | None:
    """What the name says; None where it says nothing, or both."""
    words = set(re.split(r"[^a-z0-9]+", metric.lower()))
    less, more = bool(words & _LESS_IS_BETTER), bool(words & _MORE_IS_BETTER)
    return None if less == more or words & _TURNED else more


def _series(course: Course | None, metric: str) -> tuple[list[float], list[float]]:
    """The metric, and the loss beside it, at each evaluation; no losses where some have none."""
    name = metric if metric.startswith("eval_") else f"eval_{metric}"
    lines = [line for line in (course.evaluations if course else ()) if name in line.metrics]
    values = [line.metrics[name] for line in lines]
    losses = [line.loss for line in lines if line.loss is not None]
    return values, losses if len(losses) == len(values) and name != "eval_loss" else []


def _correlation(values: list[float], losses: list[float]) -> float | None:
    """Pearson's; None where one of them does not vary."""
    if len(losses) < _ENOUGH or len(set(values)) == 1 or len(set(losses)) == 1:
        return None
    return statistics.correlation(values, losses)

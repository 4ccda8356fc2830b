"""OUT010"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.gold import gold_prediction

# Rows of unequal length are what makes transformers fill up with -100; more cost time and show no more.
_ROWS = 64
# Some metrics stop short of 1 for equal texts (METEOR by its penalty for fragments).
_NEARLY, _EXACT = 0.98, 0.999
_SCORES = frozenset({
    "exact", "em", "match", "accuracy", "acc", "f1", "bleu", "sacrebleu", "chrf", "meteor", "rouge",
    "rouge1", "rouge2", "rougel", "rougelsum",
})  # fmt: skip
_ERRORS = frozenset({"wer", "cer", "ter", "error", "errors"})
_CERTAIN = frozenset({"exact", "em", "match", "accuracy", "acc"})


@check("OUT010", "output")
def metric_fails_on_gold(
    compute_metrics: Any,
    arguments: Any,
    tokenizer: Any,
    model: Any = None,
    eval_rows: Sequence[Mapping[str, Any]] | None = None,
    train_rows: Sequence[Mapping[str, Any]] | None = None,
) -> Finding | None:
    """The metric fails, or is not at its best, when the answers are the expected ones.

    What it checks
    `compute_metrics` is called as Seq2SeqTrainer calls it: with the labels themselves as predictions, both
    filled up with -100. Scores must be 1 or 100 then, error rates 0.

    Why it matters
    A metric that cannot reach its best hides a good model. One that does not replace -100 stops the training
    at the first evaluation.

    Evidence
    The error, or the scores.

    Example
    Wrong: `tokenizer.batch_decode(labels)`. Right: `labels = np.where(labels < 0, tokenizer.pad_token_id,
    labels)` before it, and the same for the predictions.

    Remedy
    Replace negative ids in predictions and labels before decoding; compare texts of one form.

    When it is harmless
    Where a score cannot be reached by texts so short, such as BLEU or ROUGE-2 for single words; take another.

    Known limits
    Only with `predict_with_generate`. Scores are known by their names. A metric that needs all rows of the
    evaluation at once may fail on the 64 that it is given: then it is a warning.

    Sources
    https://github.com/huggingface/transformers/issues/22634,
    https://github.com/huggingface/transformers/issues/27714
    """
    if not callable(compute_metrics) or not getattr(arguments, "predict_with_generate", False):
        return None
    if getattr(arguments, "batch_eval_metrics", False):
        return None
    every = eval_rows if eval_rows is not None else train_rows or ()
    rows = [every[n] for n in range(min(_ROWS, len(every)))]
    if len(rows) < 2 or any("labels" not in row for row in rows):
        return None
    is_all = eval_rows is not None and len(rows) == len(every)
    evidence: dict[str, Any] = {"rows": len(rows)} | ({"of": len(every)} if len(every) > len(rows) else {})
    try:
        scores = compute_metrics(gold_prediction(rows, arguments, tokenizer, model))
    except Exception as error:
        return _raised(error, evidence, is_all)
    if not isinstance(scores, Mapping):
        return None
    short = {name: value for name, value in scores.items() if _falls_short(name, value)}
    if not short:
        return None
    certain = any(_words(name) & _CERTAIN for name in short) and is_all
    told = ", ".join(f"{name} {value:.3g}" for name, value in short.items())
    return Finding(
        Severity.ERROR if certain else Severity.WARNING,
        f"with the expected answers themselves as predictions the metric gives {told}",
        Remedy("compare texts of one form, both decoded alike; see what is left of the expected text"),
        {**evidence, **{str(name): value for name, value in short.items()}},
    )


def _raised(error: Exception, evidence: dict[str, Any], is_all: bool) -> Finding:
    """A failure; of ids below zero it is certain, otherwise it may be due to the rows left out."""
    below_zero = isinstance(error, OverflowError) or "negative" in str(error)
    cause = ", because -100 reaches the decoding" if below_zero else ""
    return Finding(
        Severity.ERROR if below_zero or is_all else Severity.WARNING,
        f"the metric raises {type(error).__name__} on {evidence['rows']} expected answers{cause}: {error}",
        Remedy(
            "replace negative ids in predictions and labels before decoding"
            if below_zero
            else "call compute_metrics with labels for predictions and mend it",
            code="ids = np.where(ids < 0, tokenizer.pad_token_id, ids)" if below_zero else "",
        ),
        evidence | {"error": f"{type(error).__name__}: {error}"},
    )


def _words(name: Any) -> set[str]:
    return set(re.split(r"[^a-z0-9]+", str(name).lower()))


def _falls_short(name: Any, value: Any) -> bool:
    """Whether a score is below its best, or an error rate above; what is neither is not judged."""
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        return False
    words, number = _words(name), float(value)
    if words & _ERRORS:
        return number > 1 - _EXACT
    if not words & _SCORES:
        return False
    best = 1.0 if number <= 1.0 + 1e-6 else 100.0
    return number / best < (_EXACT if words & _CERTAIN else _NEARLY)

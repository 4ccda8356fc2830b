"""GEN011"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.generating import Trial, base_of

# Scores this much apart tell of two different models.
_APART = 0.2


@check("GEN011", "generation")
def teacher_forced_scores(
    arguments: Any,
    compute_metrics: Any,
    model: Any = None,
    batch: Mapping[str, Any] | None = None,
    trial: Trial | None = None,
    eval_batch: Mapping[str, Any] | None = None,
    eval_trial: Trial | None = None,
) -> Finding | None:
    """The scores are those of single tokens with the right answer given, not of generated answers.

    What it checks
    Whether `compute_metrics` is given while `predict_with_generate` is off. Where a model is at hand, one
    batch is scored both ways: of evaluation rows where there are any, else of training rows.

    Why it matters
    Each token is then predicted after the right tokens before it. Such scores are high long before the model
    can say one whole answer by itself.

    Evidence
    The share of right tokens with the right answer given, and the share of right answers that are generated.

    Example
    Wrong: `Seq2SeqTrainingArguments(...)` with `compute_metrics`. Right: with `predict_with_generate=True`,
    in a `Seq2SeqTrainer`.

    Remedy
    Turn on `predict_with_generate`.

    When it is harmless
    Where the metric is meant to be about tokens; where both scores are close, it is only a note.

    Known limits
    One batch, which the model may have been trained on.

    Sources
    https://github.com/huggingface/transformers/issues/10245,
    https://github.com/huggingface/transformers/issues/12488
    """
    if not hasattr(arguments, "per_device_eval_batch_size") or not callable(compute_metrics):
        return None
    if getattr(arguments, "predict_with_generate", False):
        return None
    if model is None or not getattr(base_of(model).config, "is_encoder_decoder", False):
        return None
    evidence: dict[str, Any] = {"predict_with_generate": False}
    told, severity = "", Severity.WARNING
    if eval_batch is not None and eval_trial is not None:
        batch, trial = eval_batch, eval_trial
    if batch is not None and trial is not None and trial.labels:
        forced, free = _forced(model, batch), trial.exact(trial.neutral)
        evidence |= {
            "rows tried": len(trial.labels),
            "right tokens, the answer given": round(forced, 3),
            "right answers, generated": round(free, 3),
        }
        told = (
            f": on one batch {forced:.0%} of the tokens are right that way, {free:.0%} of generated answers"
        )
        severity = Severity.WARNING if forced - free >= _APART else Severity.NOTE
    return Finding(
        severity,
        "compute_metrics gets predictions made with the right answer given (predict_with_generate is off)"
        f"{told}",
        Remedy(
            "let the evaluation generate",
            code="Seq2SeqTrainingArguments(..., predict_with_generate=True)",
        ),
        evidence,
    )


def _forced(model: Any, batch: Mapping[str, Any]) -> float:
    """The share of label tokens that are the likeliest after the right ones before them."""
    import torch

    model.eval()
    names = ("input_ids", "attention_mask", "labels")
    kept = {name: batch[name].to(model.device) for name in names if batch.get(name) is not None}
    with torch.no_grad():
        logits = model(**kept).logits
    labels = kept["labels"]
    right = (logits.argmax(-1) == labels)[labels >= 0]
    return float(right.float().mean()) if right.numel() else 0.0

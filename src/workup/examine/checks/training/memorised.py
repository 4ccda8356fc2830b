"""TRA012"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.course import Course, ends

# Below this the training rows are said nearly word for word: e^-0.05 is 95 % for each token.
_BY_HEART = 0.05
# A rise of the evaluation loss by half, or by half a nat, is no noise of a few hundred rows; a tenth may be.
_SHARE, _NATS, _LEAST = 0.5, 0.5, 0.1
_ENOUGH = 3


@check("TRA012", "training")
def memorised(course: Course, arguments: Any = None) -> Finding | None:
    """The training rows are learned by heart while the evaluation gets worse.

    What it checks
    Whether the training loss ends near 0 and the evaluation loss ends clearly above its best.

    Why it matters
    From the best evaluation on, every step made the model better on the rows it has seen and worse on all
    others, or at least surer of its mistakes.

    Evidence
    The last training loss, the best evaluation loss with its step, and the last one.

    Example
    Wrong: 40 epochs over 50 rows, evaluation loss 0.6, 0.4, 0.7, 1.2. Right: stop at the second, or add rows.

    Remedy
    Stop at the best evaluation, and load it: early stopping.

    When it is harmless
    When the best checkpoint is loaded at the end, and when the measure that counts, such as exact match, goes
    on to rise: the loss punishes sure mistakes hard.

    Known limits
    Where the evaluation rows are among the training rows, nothing of it shows.

    Sources
    https://arxiv.org/abs/1706.04599 (why the loss rises while the accuracy does not fall),
    https://huggingface.co/docs/transformers/main_classes/callback
    """
    evaluations = [(line.step, line.loss) for line in course.evaluations if line.loss is not None]
    if len(evaluations) < _ENOUGH or len(course.losses) < _ENOUGH:
        return None
    trained = ends(course.losses)[1]
    step, best = min(evaluations, key=lambda one: one[1])
    last = evaluations[-1][1]
    if trained > _BY_HEART or last - best < max(_LEAST, min(_SHARE * best, _NATS)):
        return None
    kept = bool(getattr(arguments, "load_best_model_at_end", False))
    return Finding(
        Severity.NOTE if kept else Severity.WARNING,
        f"the training loss ends at {trained:.3f} while the evaluation loss rose from {best:.2f} (step "
        f"{step}) to {last:.2f}{'; the best checkpoint is loaded at the end' if kept else ''}",
        Remedy(
            "stop at the best evaluation and load it",
            change={"training.early_stopping": 3},
            code="arguments.load_best_model_at_end = True; trainer.add_callback(EarlyStoppingCallback(3))",
        ),
        {
            "last training loss": trained,
            "best evaluation loss": best,
            "best step": step,
            "last evaluation loss": last,
        },
    )

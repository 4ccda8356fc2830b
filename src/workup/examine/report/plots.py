"""What a report draws: the course of the log, and what one batch shows of the model.

A plot is made by a function that asks for parts by name, as checks do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from workup.examine.measurements.course import Course
from workup.examine.measurements.labels import Losses
from workup.examine.measurements.sampling import spread
from workup.examine.parts import Parts
from workup.examine.report.report import Plot, Series
from workup.examine.session import untouched
from workup.pipeline.tokenization import IGNORED

# More points than a plot has pixels help nobody.
_POINTS = 300
_KINDS = {"text": "text", "end": "end token", "pad": "pads"}


def plots_of(parts: Parts) -> tuple[Plot, ...]:
    """Every plot whose parts are at hand; nothing of the subject is changed."""
    found = []
    for make in PLOTS:
        # Whatever is wrong with a part is for the checks to say.
        try:
            with untouched(parts.subject):
                plot = make(**parts.arguments_of(make))
        except Exception:
            continue
        if plot is not None:
            found.append(plot)
    return tuple(found)


def loss_over_steps(course: Course) -> Plot | None:
    """The training loss and the evaluation loss."""
    lines = [
        _series("training", ((line.step, line.loss) for line in course.training)),
        _series("evaluation", ((line.step, line.loss) for line in course.evaluations)),
    ]
    return _plot("Loss over the training", "step", "nats a token", lines)


def learning_rate_over_steps(course: Course) -> Plot | None:
    """The learning rate as it was logged."""
    points = ((line.step, line.learning_rate) for line in course.training)
    return _plot("Learning rate", "step", "learning rate", [_series("learning rate", points)])


def gradient_over_steps(course: Course) -> Plot | None:
    """The norm of the gradient before clipping."""
    points = ((line.step, line.grad_norm) for line in course.training)
    return _plot("Gradient norm", "step", "norm before clipping", [_series("gradient norm", points)])


def loss_by_kind(losses: Losses) -> Plot:
    """What each kind of label token costs, beside the mean that training shows."""
    kinds = [(_KINDS[kind], losses.mean[kind]) for kind in _KINDS if kind in losses.mean]
    bars = Series("loss", (*kinds, ("reported", losses.reported)))
    return Plot("Loss by kind of label", "", "nats a token", (bars,), bars=True)


def end_by_position(model: Any, tokenizer: Any, batch: Mapping[str, Any]) -> Plot | None:
    """The probability that an answer ends, by position, beside the share of labels that do.

    The model is given the labels before each position; positions that the loss leaves out are too.
    """
    import torch

    end = tokenizer.eos_token_id
    model.eval()
    with torch.no_grad():
        logits = model(**batch).logits.float()  # (B, T, V)
    labels = batch["labels"].to(logits.device)  # (B, T)
    probability = logits.softmax(-1)[..., end]  # (B, T)
    live = labels != IGNORED
    said, meant = [], []
    for position in range(labels.shape[1]):
        rows = live[:, position]
        if rows.any():
            said.append((position + 1, probability[rows, position].mean().item()))
            meant.append((position + 1, (labels[rows, position] == end).float().mean().item()))
    lines = [_series("the model", said), _series("the labels", meant)]
    return _plot("Probability of the end token", "position in the answer", "probability", lines)


PLOTS = (loss_by_kind, loss_over_steps, learning_rate_over_steps, gradient_over_steps, end_by_position)


def _series(name: str, points: Iterable[tuple[float, float | None]]) -> Series:
    known = [(x, y) for x, y in points if y is not None and math.isfinite(y)]
    return Series(name, tuple(spread(known, _POINTS)))


def _plot(title: str, x: str, y: str, lines: list[Series]) -> Plot | None:
    """The plot of those lines that have a course to show."""
    drawn = tuple(line for line in lines if len(line.points) > 1)
    return Plot(title, x, y, drawn) if drawn else None

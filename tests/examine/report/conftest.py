"""Reports of four checks that know what they will find."""

import pytest

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.runner import run
from workup.examine.subject import Subject


@check("TRA901", "training")
def high_loss(log):
    """The loss is high.

    What it checks
    Whether `loss` is above 5.

    Sources
    https://example.org/loss
    """
    if log[-1]["loss"] <= 5:
        return None
    return Finding(
        Severity.ERROR,
        "the loss ends at 9.0 <nats>",
        Remedy("train with a lower rate", change={"training.learning_rate": 1e-4}, code="lr = 1e-4"),
        {"loss": float("nan"), "steps": (1, 2), "by kind": {"text": 3.14159}},
        harm="every answer is the same",
        place="train.py:12",
    )


@check("TOK901", "tokenization")
def few_rows(log):
    """There are few rows."""
    if log[-1]["loss"] > 5:
        return Finding(Severity.NOTE, "there are 3 rows", Remedy("collect more rows"))
    return None


@check("MOD901", "model")
def small(model):
    """The model is small."""


@check("ENV901", "environment")
def broken(versions):
    """It breaks."""
    raise ValueError("ours")


@pytest.fixture
def faulty():
    """An error, a note, a check that was not made and one that broke."""
    return run(Subject(log=[{"loss": 9.0}]), [high_loss, few_rows, small, broken], {})


@pytest.fixture
def sound():
    """Everything was checked and nothing was found."""
    return run(Subject(log=[{"loss": 1.0}]), [high_loss, few_rows], {})


@pytest.fixture
def unchecked():
    """Nothing could be checked."""
    return run(Subject(), [high_loss, few_rows, small], {})

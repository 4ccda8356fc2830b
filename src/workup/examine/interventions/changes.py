"""Setups whose training differs in one thing: its rows, its batches, its collator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from workup.examine.experiment.setup import Setup
from workup.examine.interventions.views import Changed, Collated, Row


def retrained(setup: Setup, **changes: Any) -> Setup:
    """The setup with another training; `changes` are fields of `Training`."""
    assert setup.training is not None
    return replace(setup, training=replace(setup.training, **changes))


def with_rows(setup: Setup, change: Callable[[int, dict[str, Any]], Row]) -> Setup:
    """Each training row changed as it is read."""
    assert setup.training is not None
    return retrained(setup, rows=Changed(setup.training.rows, change))


def with_batches(setup: Setup, change: Callable[[dict[str, Any]], Row]) -> Setup:
    """Each batch changed before the model gets it."""
    assert setup.training is not None
    return retrained(setup, collator=Collated(setup.training.collator, change))


def usual_collator(setup: Setup, tokenizer: Any) -> Any:
    """What transformers pads sources and labels with."""
    from transformers import DataCollatorForSeq2Seq

    assert setup.training is not None
    return DataCollatorForSeq2Seq(tokenizer, model=setup.training.model)

"""A Subject from a live transformers Trainer, before, during or after its training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workup.examine.subject import Subject

_GENERATION = {"generation_max_length": "max_length", "generation_num_beams": "num_beams"}


def of_trainer(trainer: Any, **parts: Any) -> Subject:
    """What a Trainer holds; `parts` by name are added, or put in place of what it holds.

    A streaming data set has no rows to look at: the checks that need them say so.
    """
    found = {
        "arguments": trainer.args,
        "model": trainer.model,
        "tokenizer": getattr(trainer, "processing_class", None) or getattr(trainer, "tokenizer", None),
        "collator": trainer.data_collator,
        "train_rows": _rows(trainer, trainer.train_dataset),
        "whole_rows": trainer.train_dataset if is_indexed(trainer.train_dataset) else None,
        "eval_rows": _rows(trainer, _first(trainer.eval_dataset)),
        "optimizer": trainer.optimizer,
        "log": trainer.state.log_history or None,
        "compute_metrics": trainer.compute_metrics,
        "compute_loss_func": _own_loss(trainer),
        "generation": _generation(trainer.args),
    }
    return Subject(**{**found, **parts})


def _own_loss(trainer: Any) -> Any:
    """A loss function given to the Trainer, or written into a class made from it."""
    given = getattr(trainer, "compute_loss_func", None)
    if given is None and not type(trainer).compute_loss.__module__.startswith("transformers."):
        return trainer.compute_loss
    return given


def is_indexed(dataset: Any) -> bool:
    """Whether rows can be asked for by their numbers: those of a stream come in their own order, once."""
    from torch.utils.data import IterableDataset

    # torch gives every data set a __getitem__, which those that stream do not fill in.
    return all(hasattr(dataset, name) for name in ("__getitem__", "__len__")) and not isinstance(
        dataset, IterableDataset
    )


def _rows(trainer: Any, dataset: Any) -> Sequence[Mapping[str, Any]] | None:
    """The rows as the collator gets them: transformers drops columns that the model does not take.

    Where it would drop them all it refuses, and there are no rows.
    """
    if not is_indexed(dataset):
        return None
    rows: Sequence[Mapping[str, Any]] = dataset
    if hasattr(dataset, "remove_columns"):
        try:
            rows = trainer._remove_unused_columns(dataset, description="examined")
        except ValueError:
            return None
    return rows


def _first(dataset: Any) -> Any:
    """One of several evaluation sets."""
    return next(iter(dataset.values()), None) if isinstance(dataset, dict) else dataset


def _generation(arguments: Any) -> dict[str, Any] | None:
    """What Seq2SeqTrainer hands to generate()."""
    if not getattr(arguments, "predict_with_generate", False):
        return None
    given = {ours: getattr(arguments, theirs, None) for theirs, ours in _GENERATION.items()}
    return {name: value for name, value in given.items() if value is not None}

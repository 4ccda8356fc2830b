"""The Subject: whatever of a fine-tune is at hand. Any part may be missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from workup.pipeline.versions import installed

_PACKAGES = ("torch", "transformers", "tokenizers", "datasets", "accelerate", "peft")


@dataclass(frozen=True)
class Pair:
    """A row as text: what the model is given, and what it should say."""

    source: str
    target: str


@dataclass(frozen=True)
class Generated:
    """What a model said: the text it was given, the ids it gave and their text, and what was expected."""

    source: str
    ids: tuple[int, ...]
    text: str
    expected: str | None = None


# Why a weight of a loaded model is not the one that was saved.
Why = Literal[
    "lost its tie", "was tied to another", "is not in the files", "has other values", "was not loaded"
]


@dataclass(frozen=True)
class Reload:
    """Weights that were saved and then loaded again, and what became of them.

    Attributes:
        place: the folder, or the call that loaded them.
        weights: how many there were.
        altered: weights that the loaded model has not as they were saved, by name; being rounded to another
            type does not count.
        unknown: names that were saved and that the loaded model does not have.
        dtypes: of the weights before saving and after loading, such as "float32".
        loss_before, loss_after: on the same few captured rows, in nats a token; None: not measured.
    """

    place: str
    weights: int
    altered: Mapping[str, Why]
    unknown: tuple[str, ...] = ()
    dtypes: tuple[str, str] = ("", "")
    loss_before: float | None = None
    loss_after: float | None = None


@dataclass(frozen=True)
class FailedCall:
    """A call of generate() that ended in an error: the model, and the arguments by name."""

    model: Any
    arguments: Mapping[str, Any]


def versions() -> dict[str, str]:
    """The installed version of every package that a fine-tune depends on."""
    return installed(_PACKAGES)


MEANINGS = {
    "versions": "the installed versions",
    "arguments": "the TrainingArguments",
    "tokenizer": "the tokenizer",
    "model": "the model",
    "collator": "the data collator",
    "train_rows": "the tokenized training rows",
    "sampler": "the sampler of the training's DataLoader",
    "eval_rows": "the tokenized evaluation rows",
    "train_pairs": "the training rows as text",
    "eval_pairs": "the evaluation rows as text",
    "captured_batch": "a batch as the model received it",
    "prediction_sources": "texts as they were tokenized for prediction",
    "optimizer": "the optimizer",
    "log": "the log history of the training",
    "generation": "the arguments given to generate()",
    "generated": "what the model generated",
    "compute_metrics": "the compute_metrics function",
    "in_training": "a training step in progress",
    "base_weights": "the weights that the training began with",
    "compute_loss_func": "the Trainer's own loss function",
    "answering_tokenizer": "another tokenizer that was used for prediction",
    "unmasked_inputs": "padded ids that generate() was given without a mask",
    "reloads": "a model that was saved and loaded again",
    "whole_rows": "the training rows with the columns that the Trainer drops",
    "failed_call": "a call of generate() that failed",
    "refused_weights": "weights that were loaded under names that the model has not",
    "target_template": "the template of the targets",
}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The parts of a fine-tune under examination, as MEANINGS describes them; None: not at hand.

    Rows are what the collator gets, with "input_ids" and "labels"; pairs are the same rows as text.
    """

    versions: Mapping[str, str] = field(default_factory=versions)
    arguments: Any = None
    tokenizer: Any = None
    model: Any = None
    collator: Callable[[list[Any]], Mapping[str, Any]] | None = None
    train_rows: Sequence[Mapping[str, Any]] | None = None
    sampler: Any = None
    eval_rows: Sequence[Mapping[str, Any]] | None = None
    train_pairs: Sequence[Pair] | None = None
    eval_pairs: Sequence[Pair] | None = None
    captured_batch: Mapping[str, Any] | None = None
    prediction_sources: Sequence[str] | None = None
    optimizer: Any = None
    log: Sequence[Mapping[str, Any]] | None = None
    generation: Mapping[str, Any] | None = None
    generated: Sequence[Generated] | None = None
    compute_metrics: Callable[[Any], Mapping[str, float]] | None = None
    in_training: bool | None = None
    base_weights: Mapping[str, Any] | None = None
    compute_loss_func: Callable[..., Any] | None = None
    answering_tokenizer: Any = None
    unmasked_inputs: Sequence[Sequence[int]] | None = None
    reloads: Sequence[Reload] | None = None
    whole_rows: Sequence[Mapping[str, Any]] | None = None
    failed_call: FailedCall | None = None
    refused_weights: Mapping[str, Any] | None = None
    target_template: str | None = None

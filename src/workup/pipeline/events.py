"""What a training tells whoever watches it, as it happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Prepared:
    """Data and model are ready.

    `choices` are the automatic decisions, each with its reason; `skipped` the rows that were dropped.
    `unwritable` are the examples whose target, written perfectly, would not be scored as right, and `lost`
    the characters that the tokenizer lacks for them.
    """

    train: int
    validation: int
    cut_sources: tuple[str, ...]
    cut_targets: tuple[str, ...]
    family: str
    parameters: int
    choices: tuple[str, ...]
    skipped: tuple[str, ...] = ()
    unwritable: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class Started:
    """Training begins at `step` (0, or that of the checkpoint it resumes from) of `steps`."""

    step: int
    steps: int


@dataclass(frozen=True)
class Stepped:
    """One optimizer step is done."""

    step: int


@dataclass(frozen=True)
class Logged:
    """The training loss (per token, nats), averaged over the steps since the last one logged."""

    step: int
    epoch: float
    loss: float
    learning_rate: float
    gradient_norm: float | None


@dataclass(frozen=True)
class Validated:
    """The validation loss, averaged over batches (nats per token)."""

    step: int
    epoch: float
    loss: float


@dataclass(frozen=True)
class Saved:
    """The weights are saved, read back, and found equal."""

    folder: str


Event = Prepared | Started | Stepped | Logged | Validated | Saved
Watch = Callable[[Event], None]


def ignore(event: Event) -> None:
    """The watcher of a training that nobody watches."""

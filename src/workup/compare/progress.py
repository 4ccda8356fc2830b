"""How far a comparison is, told to whoever watches it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workup.pipeline import events
from workup.trials import Event, Finished, Known, Progress


@dataclass(frozen=True)
class Doing:
    """`done` of `total` pieces of work of one kind; a piece that is half done counts as a half."""

    title: str
    done: float
    total: int


Watch = Callable[[Doing], None]


def ignore(doing: Doing) -> None:
    """The watcher of a comparison that nobody watches."""


class Tally:
    """Adds up the shares of pieces that run side by side."""

    def __init__(self, title: str, total: int, watch: Watch) -> None:
        self.title, self.total, self.watch = title, total, watch
        self.shares: dict[int, float] = {}

    def tell(self, piece: int, share: float) -> None:
        """Piece number `piece` is done to this share, 0 to 1."""
        self.shares[piece] = share
        self.watch(Doing(self.title, sum(list(self.shares.values())), self.total))

    def trial(self, event: Event) -> None:
        """The watcher of trials."""
        if isinstance(event, Known | Finished):
            self.tell(event.position, 1.0)
        elif isinstance(event, Progress):
            self.tell(event.position, event.step / event.steps)

    def training(self, piece: int) -> events.Watch:
        """The watcher of the training that is piece number `piece`."""
        steps = 1

        def watch(event: events.Event) -> None:
            nonlocal steps
            if isinstance(event, events.Started):
                steps = event.steps
            elif isinstance(event, events.Stepped):
                self.tell(piece, event.step / steps)

        return watch

"""A Trace: one example on its way through every stage, and where it leaves what was agreed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workup.examine.finding import Stage

# "special" are end, start and their like; "ignored" labels do not count in the loss.
Kind = Literal["text", "special", "pad", "ignored", "unknown", "number"]
State = Literal["kept", "departs", "shown", "not checked"]


@dataclass(frozen=True)
class Cell:
    """What stands at one position.

    Attributes:
        text: as it is shown; nothing in it is invisible.
        value: the number that the text stands for, where it is one.
        heat: 0 to 1; how much it asks for attention.
    """

    text: str
    kind: Kind = "text"
    value: float | None = None
    heat: float = 0.0


@dataclass(frozen=True)
class Line:
    """One thing that is known of every position of a strip."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Strip:
    """A sequence of tokens: lines of equal length, to be read beside each other by position."""

    name: str
    title: str
    lines: tuple[Line, ...]

    def __len__(self) -> int:
        return len(self.lines[0].cells) if self.lines else 0


@dataclass(frozen=True)
class Contract:
    """What a stage promises the next, and how this example departs from it.

    Attributes:
        promise: one sentence.
        departure: one sentence; empty where the promise is kept.
        strip, positions: where to look, in the strip of this name.
    """

    promise: str
    departure: str = ""
    strip: str = ""
    positions: tuple[int, ...] = ()


@dataclass(frozen=True)
class Step:
    """One stage: what is known of the example there.

    Attributes:
        facts: name and value, as they are shown.
        unchecked: what could not be looked at, and why.
    """

    stage: Stage
    facts: tuple[tuple[str, str], ...] = ()
    strips: tuple[Strip, ...] = ()
    contracts: tuple[Contract, ...] = ()
    unchecked: tuple[str, ...] = ()

    @property
    def departures(self) -> tuple[Contract, ...]:
        """The contracts that are not kept."""
        return tuple(contract for contract in self.contracts if contract.departure)

    @property
    def state(self) -> State:
        """How the stage stands; "shown": it has promised nothing."""
        if self.departures:
            return "departs"
        if self.contracts:
            return "kept"
        return "not checked" if self.unchecked else "shown"

    def marked(self, strip: Strip) -> frozenset[int]:
        """The positions of a strip that departures point at."""
        return frozenset(n for one in self.departures if one.strip == strip.name for n in one.positions)


@dataclass(frozen=True)
class Trace:
    """One example through the stages, in their order.

    Attributes:
        right: whether the answer is the target; None: nobody knows, or no answer is owed.
    """

    steps: tuple[Step, ...]
    right: bool | None = None

    @property
    def first_departure(self) -> Step | None:
        """The first stage that departs from a contract: what follows it may only be its consequence."""
        return next((step for step in self.steps if step.departures), None)

    @property
    def state(self) -> State:
        """How the whole stands; "shown": nothing departs, and yet the answer is wrong."""
        if self.first_departure is not None:
            return "departs"
        return "shown" if self.right is False else "kept"

    def step(self, stage: Stage) -> Step:
        """The step of a stage.

        Raises:
            KeyError: the trace has none.
        """
        found = next((step for step in self.steps if step.stage == stage), None)
        if found is None:
            raise KeyError(stage)
        return found

    @property
    def conclusion(self) -> str:
        """What came of it, in a sentence."""
        first = self.first_departure
        if first is None:
            wrong = ", yet the answer is not the target" if self.right is False else ""
            return f"Every stage that could be looked at keeps its contracts{wrong}."
        return f"The first departure is at {first.stage}: {first.departures[0].departure}."

    def _repr_html_(self) -> str:
        """For notebooks."""
        from workup.examine.trace.as_html import fragment

        return fragment(self)

"""A case that grows finding by finding: each is said once, can be taken back, and moves the differential."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from workup.clinic.assess.assessment import Assessment

# Differences of probability below one in a hundred are not worth an arrow.
_LEAST = 0.01


@dataclass(frozen=True)
class Move:
    """How the probability of a condition changed by what was said last; None: it was not listed before."""

    name: str
    before: float | None
    now: float

    @property
    def direction(self) -> str:
        """An arrow, or nothing."""
        if self.before is None:
            return "new"
        change = self.now - self.before
        return "" if abs(change) < _LEAST else "↑" if change > 0 else "↓"


@dataclass
class Conversation:
    """What was said so far, and what was answered after each of it."""

    assess: Callable[[str], Assessment]
    said: list[str] = field(default_factory=list)
    answers: list[Assessment] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The case as the model reads it."""
        return " ".join(self.said)

    @property
    def latest(self) -> Assessment | None:
        """The answer to everything said so far; None where nothing is."""
        return self.answers[-1] if self.answers else None

    def say(self, finding: str) -> Assessment:
        """Add a finding and answer again; what cannot be answered is not added.

        Raises:
            DataError: it cannot be read.
        """
        sentence = finding.strip()
        if sentence and sentence[-1] not in ".!?":
            sentence += "."
        answer = self.assess(" ".join([*self.said, sentence]))
        self.said.append(sentence)
        self.answers.append(answer)
        return answer

    def undo(self) -> str | None:
        """Take the last finding back; what it was, or None where there is nothing."""
        if not self.said:
            return None
        self.answers.pop()
        return self.said.pop()

    def moves(self) -> tuple[Move, ...]:
        """The differential now, with what it was before the last finding."""
        if not self.answers:
            return ()
        earlier = self.answers[-2].differential if len(self.answers) > 1 else ()
        before = {one.name: one.probability for one in earlier}
        return tuple(
            Move(one.name, before.get(one.name) if before else one.probability, one.probability)
            for one in self.answers[-1].differential
        )

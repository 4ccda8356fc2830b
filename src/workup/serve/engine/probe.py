"""A golden case that a model is asked when it is loaded, and again for as long as it serves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workup.registry.golden import GoldenCase, given, judged

if TYPE_CHECKING:
    from workup.clinic.assess import Assessment, Diagnoser

# How far a probability, 0 to 1, may move between two askings of one model. The cases that are answered beside
# it change the order of sums, and with it the fourth decimal at most in float32 and the third in bfloat16; a
# weight that changed, or a decoder that two threads used, moves the second.
TOLERANCE = 0.01


@dataclass(frozen=True)
class Said:
    """What a model said of a golden case.

    Attributes:
        first: the likeliest condition, or why there is none.
        probability: of it, 0 to 1; 0 where there is none.
    """

    first: str
    probability: float

    @classmethod
    def of(cls, answer: Assessment) -> Said:
        """What matters of an answer."""
        if not answer.differential:
            return cls(f"no condition ({answer.abstained})", 0.0)
        return cls(answer.differential[0].name, answer.differential[0].probability)

    def agrees(self, other: Said) -> bool:
        """Whether both say the same, with about the same probability."""
        return self.first == other.first and abs(self.probability - other.probability) <= TOLERANCE

    def __str__(self) -> str:
        return f"{self.first} with {self.probability:.4f}" if self.probability else self.first


@dataclass(frozen=True)
class Probe:
    """A golden case as a model is asked it, and what it said when it was loaded."""

    case: GoldenCase
    given: str | Mapping[str, str]
    said: Said
    right: bool

    @classmethod
    def ask(cls, diagnoser: Diagnoser, cases: Sequence[GoldenCase]) -> Probe:
        """Ask a model the first of the cases whose diagnosis it knows, or else the first of all.

        Raises:
            WorkupError: it cannot be asked.
        """
        known = [case for case in cases if case.diagnosis in diagnoser.known.conditions]
        case = (known or cases)[0]
        asked = given(diagnoser, case.text)
        (answer,) = diagnoser.assess_many([asked], explain=False)
        return cls(case, asked, Said.of(answer), judged(case, answer)[1])

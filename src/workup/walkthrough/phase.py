"""A phase of the walkthrough: what the guide lived through, and what came of living it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workup.examine.finding import Finding, Severity
from workup.examine.report import Report

if TYPE_CHECKING:
    from workup.walkthrough.lab import Lab

# A failure is there when it shows in every fourth case or more, and gone when in fewer than one in twenty.
_THERE, _GONE = 0.25, 0.05


@dataclass(frozen=True)
class Count:
    """So many of so many."""

    count: int
    of: int

    @property
    def share(self) -> float:
        """The share, 0 to 1; 0 of nothing."""
        return self.count / self.of if self.of else 0.0

    def __str__(self) -> str:
        return f"{self.count} of {self.of}"


@dataclass(frozen=True)
class Change:
    """The same thing counted before and after the one change; `what` reads after "32 of 32"."""

    what: str
    before: Count
    after: Count


@dataclass(frozen=True)
class Line:
    """One line of the table of a phase: what was given, and what came of it before and after."""

    given: str
    before: str
    after: str


@dataclass(frozen=True)
class Claim:
    """What the guide said, and what was measured here; `holds` where the two agree."""

    said: str
    measured: str
    holds: bool


@dataclass(frozen=True)
class Lived:
    """What was seen of one phase.

    Attributes:
        failure: the failure, counted.
        right: right answers, where there are answers; None elsewhere.
        given: what the first column of the table holds.
        change: the one thing that was changed, as a command or in words.
        report: the examination of the failure.
        again: the examination after the change.
    """

    failure: Change
    right: Change | None
    given: str
    lines: tuple[Line, ...]
    change: str
    report: Report
    again: Report
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Phase:
    """One failure of the guide.

    Attributes:
        guide: what happened there, in our words.
        causes: codes of checks, rules or crashes that name the cause.
        live: produces the failure, examines it, and cures it.
        lesson: one sentence.
    """

    name: str
    title: str
    guide: str
    causes: tuple[str, ...]
    live: Callable[[Lab], Lived]
    lesson: str


@dataclass(frozen=True)
class Result:
    """A phase that was lived, judged."""

    phase: Phase
    number: int
    lived: Lived
    seconds: float

    @property
    def is_produced(self) -> bool:
        """Whether the failure showed at all."""
        return self.lived.failure.before.share >= _THERE

    @property
    def naming(self) -> Finding | None:
        """The finding that names the cause: an error or a warning with one of its codes, in their order."""
        found = serious(self.lived.report.worst_first)
        return next((one for code in self.phase.causes for one in found if one.code == code), None)

    @property
    def others(self) -> list[Finding]:
        """What else is serious about the failure, the worst first."""
        found = serious(self.lived.report.worst_first)
        return [one for one in found if self.naming is None or one.code != self.naming.code]

    @property
    def left(self) -> list[Finding]:
        """What is still serious after the change, the worst first."""
        return serious(self.lived.again.worst_first)

    @property
    def is_cured(self) -> bool:
        """Whether failure and cause are gone, and more is right than before where answers are counted."""
        failure, right = self.lived.failure, self.lived.right
        codes = {one.code for one in self.left}
        gone = self.is_produced and failure.after.share < _GONE and not codes & set(self.phase.causes)
        return gone and (right is None or right.after.share > right.before.share)

    @property
    def is_well(self) -> bool:
        """Whether everything went as it should: produced, named and cured."""
        return self.is_produced and self.naming is not None and self.is_cured


def serious(findings: Sequence[Finding]) -> list[Finding]:
    """The errors and warnings, in their order, each code once."""
    first: dict[str, Finding] = {}
    for one in findings:
        if one.severity > Severity.NOTE:
            first.setdefault(one.code, one)
    return list(first.values())


def conclusion(results: Sequence[Result]) -> str:
    """What came of all of them, and of what the guide said."""
    claims = [claim for result in results for claim in result.lived.claims]
    held = sum(claim.holds for claim in claims)
    of_guide = f"Of {len(claims)} statements of the guide, {held} held when measured."
    well = sum(result.is_well for result in results)
    if well == len(results):
        what = f"All {well} failures were" if well > 1 else "The failure was"
        return f"{what} produced, named and cured. {of_guide}"
    rest = ", ".join(result.phase.name for result in results if not result.is_well)
    return f"{well} of {len(results)} failures were produced, named and cured; not so: {rest}. {of_guide}"

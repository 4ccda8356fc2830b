"""One Report: what was found, what was checked, and what was not and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from workup.examine.check import Check
from workup.examine.finding import STAGES, Finding, Severity, Stage

if TYPE_CHECKING:
    from workup.examine.causes import Ranking
    from workup.examine.experiment.outcome import Outcome


@dataclass(frozen=True)
class Skipped:
    """A check that was not made, and why; `part` of the Subject would make it possible."""

    check: Check
    reason: str
    part: str | None = None


@dataclass(frozen=True)
class Broken:
    """A check that failed itself: a fault of ours, never of the fine-tune."""

    check: Check
    error: str


State = Literal["error", "warning", "note", "sound", "not checked"]
STATE_OF: dict[Severity, State] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "note",
}
# What a state is told by beside its colour, in the terminal and on a page.
SIGNS: dict[State, str] = {"error": "✗", "warning": "!", "note": "·", "sound": "✓", "not checked": "-"}


@dataclass(frozen=True)
class Standing:
    """How a stage stands: its state, how many checks were made, and how many there are."""

    stage: Stage
    state: State
    done: int
    known: int

    @property
    def counts(self) -> str:
        """ "3/14" where not all of its checks were made, else ""."""
        return "" if self.done == self.known else f"{self.done}/{self.known}"


@dataclass(frozen=True)
class Series:
    """One line of a plot, or one bar of each group; y is finite."""

    name: str
    points: tuple[tuple[float | str, float], ...]


@dataclass(frozen=True)
class Plot:
    """Measured values to be drawn; x is a whole number or, with bars, the name of a bar."""

    title: str
    x: str
    y: str
    series: tuple[Series, ...]
    bars: bool = False


@dataclass(frozen=True)
class Report:
    """The outcome of an examination; `findings` are in the order they were made.

    In a notebook it shows itself.

    Attributes:
        outcomes: of the experiments by which causes were confirmed, where those were asked for.
    """

    findings: tuple[Finding, ...]
    done: tuple[Check, ...]
    skipped: tuple[Skipped, ...]
    broken: tuple[Broken, ...]
    plots: tuple[Plot, ...] = ()
    outcomes: tuple[Outcome, ...] = ()

    @property
    def ranking(self) -> Ranking:
        """The causes that explain the errors and warnings."""
        from workup.examine.causes import ranked

        return ranked(self)

    @property
    def worst_first(self) -> tuple[Finding, ...]:
        """The findings, errors first, then by stage: what goes wrong early explains what follows."""
        return tuple(sorted(self.findings, key=lambda f: (-f.severity, STAGES.index(f.stage), f.code)))

    @property
    def exit_status(self) -> int:
        """0: nothing serious; 1: errors found; 2: nothing could be checked."""
        if not self.done:
            return 2
        return int(any(finding.severity is Severity.ERROR for finding in self.findings))

    @property
    def verdict(self) -> str:
        """What was found, counted: "2 errors and 1 note in 61 checks"."""
        if not self.done:
            return "Nothing could be checked"
        counts = Counter(finding.severity for finding in self.findings)
        told = [_counted(counts[severity], STATE_OF[severity]) for severity in STATE_OF if counts[severity]]
        if not told:
            return f"{_counted(len(self.done), 'check')} found nothing"
        return f"{_listed(told)} in {_counted(len(self.done), 'check')}"

    def board(self) -> tuple[Standing, ...]:
        """The eight stages in their order."""
        return tuple(self._standing(stage) for stage in STAGES)

    def missing(self) -> dict[str, int]:
        """The parts of the Subject that were not at hand, with how many checks need each; most first."""
        return dict(Counter(skipped.part for skipped in self.skipped if skipped.part).most_common())

    def page(self, code: str) -> Check | None:
        """The check behind a finding; None where it is not one of those made here."""
        return next((check for check in self.done if check.code == code), None)

    def _standing(self, stage: Stage) -> Standing:
        done = sum(check.stage == stage for check in self.done)
        others = [*(s.check for s in self.skipped), *(b.check for b in self.broken)]
        known = done + sum(check.stage == stage for check in others)
        worst = max((f.severity for f in self.findings if f.stage == stage), default=None)
        if worst is not None:
            return Standing(stage, STATE_OF[worst], done, known)
        return Standing(stage, "sound" if done else "not checked", done, known)

    def _repr_html_(self) -> str:
        """For notebooks."""
        from workup.examine.report.html import fragment

        return fragment(self)


def _counted(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def _listed(told: list[str]) -> str:
    return f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else told[0]

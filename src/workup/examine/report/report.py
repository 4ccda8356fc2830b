"""One Report: what was found, what was checked, and what was not and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workup.examine.check import Check
from workup.examine.finding import STAGES, Finding, Severity, Stage


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


@dataclass(frozen=True)
class Standing:
    """How a stage stands: its state, how many checks were made, and how many there are."""

    stage: Stage
    state: State
    done: int
    known: int


@dataclass(frozen=True)
class Report:
    """The outcome of an examination; `findings` are in the order they were made."""

    findings: tuple[Finding, ...]
    done: tuple[Check, ...]
    skipped: tuple[Skipped, ...]
    broken: tuple[Broken, ...]

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

    def board(self) -> tuple[Standing, ...]:
        """The eight stages in their order."""
        return tuple(self._standing(stage) for stage in STAGES)

    def _standing(self, stage: Stage) -> Standing:
        done = sum(check.stage == stage for check in self.done)
        others = [*(s.check for s in self.skipped), *(b.check for b in self.broken)]
        known = done + sum(check.stage == stage for check in others)
        worst = max((f.severity for f in self.findings if f.stage == stage), default=None)
        if worst is not None:
            names: dict[Severity, State] = {
                Severity.ERROR: "error",
                Severity.WARNING: "warning",
                Severity.NOTE: "note",
            }
            return Standing(stage, names[worst], done, known)
        return Standing(stage, "sound" if done else "not checked", done, known)

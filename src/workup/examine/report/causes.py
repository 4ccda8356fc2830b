"""The ranked causes of a report, and what experiments said of them, in words for every rendering."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workup.examine.report.report import Report

if TYPE_CHECKING:
    from workup.examine.causes import Ranked
    from workup.examine.experiment.outcome import Outcome

# So many suspicions are named; more would be a list of everything that was not checked.
_SUSPECTS = 3


@dataclass(frozen=True)
class Line:
    """A cause as it is told.

    Attributes:
        label: its code.
        name: of its check.
        explains: codes of the findings that follow from it, each once.
        outcome: of the experiment on it; None: there was none.
    """

    label: str
    name: str
    stage: str
    explains: tuple[str, ...]
    outcome: Outcome | None


@dataclass(frozen=True)
class Told:
    """The causes of a report in words.

    Attributes:
        unexplained: codes that no cause accounts for.
        suspects: what could be behind those, and could not be checked.
        test: see `workup.examine.causes.Ranking`.
    """

    lines: tuple[Line, ...]
    unexplained: tuple[str, ...]
    suspects: tuple[str, ...]
    test: str


def causes_told(report: Report) -> Told | None:
    """The causes, where there is more to say of them than the findings do; else None."""
    ranking = report.ranking
    if not report.outcomes and not ranking.unexplained and not any(one.explained for one in ranking.causes):
        return None
    outcomes = {outcome.cause: outcome for outcome in report.outcomes}
    lines = tuple(_line(one, outcomes.get(one.cause.code)) for one in ranking.causes)
    suspects = tuple(
        f"{one.cause.name} ({one.cause.code})" if one.cause.code else one.cause.name
        for one in ranking.suspects[:_SUSPECTS]
    )
    return Told(lines, _codes(ranking.unexplained), suspects, ranking.test)


def to_json(report: Report) -> dict[str, Any]:
    """The ranking and the outcomes as plain values."""
    ranking = report.ranking
    return {
        "causes": [
            {
                "cause": one.cause.code,
                "name": one.cause.name,
                "stage": one.cause.stage,
                "explains": list(_codes(one.explained)),
                "against": list(_codes(one.against)),
            }
            for one in ranking.causes
        ],
        "suspects": [one.cause.label for one in ranking.suspects],
        "unexplained": list(_codes(ranking.unexplained)),
        "test": ranking.test,
        "experiments": [_experiment(one) for one in report.outcomes],
    }


def _experiment(outcome: Outcome) -> dict[str, Any]:
    return {
        "cause": outcome.cause,
        "verdict": outcome.verdict,
        "proved": outcome.is_proof,
        "remedy": outcome.what,
        "steps_without": outcome.steps,
        "steps_with": outcome.steps_with,
        "steps_planned": outcome.planned,
        "rows": outcome.rows,
        "right_without": outcome.right_before,
        "right_with": outcome.right_after,
        "better": outcome.better,
        "worse": outcome.worse,
        "example": list(outcome.example or ()),
        "error": outcome.error,
        "flattered": outcome.flattered,
        "seconds": outcome.seconds,
        "reason": outcome.reason,
    }


def _line(one: Ranked, outcome: Outcome | None) -> Line:
    return Line(one.cause.label, one.cause.name, one.cause.stage, _codes(one.explained), outcome)


def _codes(findings: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.code for finding in findings))

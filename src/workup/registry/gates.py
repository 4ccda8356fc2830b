"""The gates: what a version has to show before it may serve.

Each is a function of the candidate's evidence and of that of the version that serves now (None: nothing
serves yet), and gives a verdict with its numbers. What was not looked at has not passed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from workup.evaluation.metrics import Proportion
from workup.evaluation.reliability import Reliability, reliability
from workup.registry.comparison import compare
from workup.registry.evidence import Case, Evidence, Kind

# Probabilities may be off by five points on average: the bound that the diagnoser was built to.
CALIBRATION_ERROR = 0.05
# Sets may hold the right answer two points less often than they promise.
COVERAGE_SLACK = 0.02
# Of what goes wrong, so many are named.
_NAMED = 5


@dataclass(frozen=True)
class Verdict:
    """What one gate says: whether it lets the version pass, in a sentence with numbers, and the numbers."""

    gate: str
    passed: bool
    told: str
    numbers: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


Gate = Callable[[Evidence, Evidence | None], Verdict]


def examined(candidate: Evidence, serving: Evidence | None) -> Verdict:
    """The run was examined, and no check broke."""
    report = candidate.examined
    if report is None:
        told = "the run was not examined before it was published: `workup examine RUN`, then publish it again"
        return Verdict("examined", False, told)
    if report.broken:
        told = f"{len(report.broken)} of its checks broke: {some(report.broken)}"
        return Verdict("examined", False, told, {"broken": len(report.broken)})
    return Verdict("examined", True, f"{report.checks} checks were made", {"checks": report.checks})


def findings(candidate: Evidence, serving: Evidence | None) -> Verdict:
    """The examination found nothing of the level of an error."""
    report = candidate.examined
    if report is None:
        return Verdict("findings", False, "there is no report to look into")
    numbers = {"errors": len(report.errors), "warnings": report.warnings}
    if report.errors:
        return Verdict("findings", False, f"{len(report.errors)} errors: {some(report.errors)}", numbers)
    told = f"no error, {report.warnings} warning{'s' * (report.warnings != 1)}"
    return Verdict("findings", True, told, numbers)


def specialties(candidate: Evidence, serving: Evidence | None) -> Verdict:
    """No specialty, nor all cases together, is significantly worse than with the version that serves.

    Few cases can show only large differences; the verdict says how large.
    """
    gate = "specialties"
    if serving is None:
        return Verdict(gate, True, "no other version serves, so there is none to be worse than")
    found = compare(serving, candidate)
    numbers = found.to_json()
    if not found.rows or found.left_out:
        missing = ", ".join(found.left_out) or "any specialty"
        told = f"it was not tested on the cases of the version that serves: too few shared in {missing}"
        return Verdict(gate, False, told, numbers)
    worse = [row for row in found.rows if row.worse]
    if worse:
        named = "; ".join(
            f"{row.name}: {row.b.right} of {row.b.total} right, {row.a.right} before (p = {row.p:.2g})"
            for row in worse
        )
        return Verdict(gate, False, f"significantly worse: {named}", numbers)
    everything, lowest = found.rows[0], min(found.rows, key=lambda row: row.effect.difference)
    findable = max(row.effect.findable for row in found.rows)
    told = (
        f"{everything.effect.difference:+.1%} on {everything.cases} cases (p = {everything.p:.2g}); at the "
        f"least {lowest.effect.difference:+.1%} in {lowest.name} (p = {lowest.p:.2g}, {lowest.cases} cases); "
        f"in the smallest specialty only {findable:.0%} would surely be seen"
    )
    return Verdict(gate, True, told, numbers)


def calibration(candidate: Evidence, serving: Evidence | None) -> Verdict:
    """Stated probabilities come true: off by at most 5 points on average, or by no more than chance explains.

    Of each form of input by itself; the error is the debiased one of `evaluation.reliability`.
    """
    by_form = {form: _reliability(candidate.of_form(form)) for form in candidate.forms}
    off = {
        form: found
        for form, found in by_form.items()
        if found.error.value > CALIBRATION_ERROR and not found.calibrated
    }
    told = "; ".join(
        f"{form}: off by {found.error.value:.3f} ({found.error.low:.3f} to {found.error.high:.3f}) on "
        f"{found.accuracy.total} cases"
        for form, found in (off or by_form).items()
    )
    numbers = {
        form: {"error": r.error.to_json(), "raw": r.raw, "by_chance": r.by_chance}
        for form, r in by_form.items()
    }
    return _of_forms(
        "calibration", candidate, not off, f"{told}; at most {CALIBRATION_ERROR} is let through", numbers
    )


def coverage(candidate: Evidence, serving: Evidence | None) -> Verdict:
    """Sets hold the right condition as often as they promise: 2 points less, or what chance explains.

    Of each form of input by itself; chance explains it while the 95 % interval holds the promise.
    """
    by_form = {
        form: Proportion.of([case.in_set for case in cases])
        for form in candidate.forms
        if (cases := candidate.of_form(form))
    }
    least = candidate.promise - COVERAGE_SLACK
    short = {
        form: held
        for form, held in by_form.items()
        if held.value < least and held.interval[1] < candidate.promise
    }
    told = "; ".join(f"{form}: {held} of {held.total}" for form, held in (short or by_form).items())
    numbers = {form: held.to_json() for form, held in by_form.items()}
    return _of_forms(
        "coverage", candidate, not short, f"{told}; {candidate.promise:.0%} is promised", numbers
    )


def golden(candidate: Evidence, serving: Evidence | None) -> Verdict:
    """Every golden case gets its diagnosis."""
    return _asked("golden cases", "golden", candidate)


def red_flags(candidate: Evidence, serving: Evidence | None) -> Verdict:
    """Every red-flag case raises its flags, and its emergency is told."""
    return _asked("red-flag cases", "red flag", candidate)


def reproducible(candidate: Evidence, serving: Evidence | None) -> Verdict:
    """A second training of the same recipe is right as often, within the interval of the first."""
    gate, second = "reproducible", candidate.second
    if second is None:
        told = "there is no second training of its recipe: publish it with --again, or with --second RUN"
        return Verdict(gate, False, told)
    low, high = candidate.top1.interval
    told = (
        f"{second.top1.value:.1%} right in {second.run} (seed {second.seed}); {candidate.top1} in the first"
    )
    numbers = {"first": candidate.top1.to_json(), "second": second.top1.to_json()}
    return Verdict(gate, low <= second.top1.value <= high, told, numbers)


GATES: tuple[Gate, ...] = (
    examined,
    findings,
    specialties,
    calibration,
    coverage,
    golden,
    red_flags,
    reproducible,
)


def judge(candidate: Evidence, serving: Evidence | None) -> tuple[Verdict, ...]:
    """What every gate says, in their order."""
    return tuple(gate(candidate, serving) for gate in GATES)


def _asked(gate: str, kind: Kind, candidate: Evidence) -> Verdict:
    asked = candidate.of_kind(kind)
    wrong = [one for one in asked if not one.right]
    numbers = {"right": len(asked) - len(wrong), "total": len(asked), "wrong": [one.id for one in wrong]}
    if not asked:
        return Verdict(
            gate, False, "none was asked: the list of golden cases has none for this line", numbers
        )
    if wrong:
        named = some([f"{one.id}: {one.expected} expected, {one.said}" for one in wrong])
        return Verdict(gate, False, f"{len(wrong)} of {len(asked)} wrong: {named}", numbers)
    return Verdict(gate, True, f"{len(asked)} of {len(asked)} right", numbers)


def _of_forms(gate: str, candidate: Evidence, passed: bool, told: str, numbers: dict[str, Any]) -> Verdict:
    """A verdict on every form; without a case, none."""
    if not candidate.cases:
        return Verdict(gate, False, "there is no validation case to measure it on")
    return Verdict(gate, passed, told, numbers)


def _reliability(cases: Sequence[Case]) -> Reliability:
    return reliability(
        np.array([case.confidence for case in cases]), np.array([case.right for case in cases])
    )


def some(told: Sequence[str]) -> str:
    """The first five, and how many more there are."""
    rest = f"; and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    return "; ".join(told[:_NAMED]) + rest

"""From the findings of a report back to the fewest causes that explain them, in an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from workup.examine.causes.table import AGAINST, FOLLOWS, LOOKS
from workup.examine.check import Check
from workup.examine.crashes import CRASHES
from workup.examine.finding import STAGES, Finding, Severity, Stage
from workup.examine.interventions import INTERVENTIONS
from workup.examine.measurements.learned import UNLEARNED
from workup.examine.report import Report

# What it costs to assume a cause, by the finding that names it. A note alone names nothing that did harm:
# it is taken only where nothing better explains an error.
_COST = {Severity.ERROR: 1.0, Severity.WARNING: 1.5, Severity.NOTE: 4.0}
# What it is worth to have a finding explained.
_WORTH = {Severity.ERROR: 2.0, Severity.WARNING: 1.0, Severity.NOTE: 0.0}
# So much less is a cause worth for each finding that speaks against it.
_DISCOUNT = 0.5
_CRASH = "CRA"


@dataclass(frozen=True)
class Cause:
    """A root cause: the fault that one check looks for, and everything that can follow from it.

    Attributes:
        code: of its check, such as "BAT003"; "" of a cause that no check names.
        name: as its check's: "pads-in-labels".
        says: one line.
        explains: codes of checks and crashes whose findings can follow from it.
        against: codes of checks whose findings speak against it.
    """

    code: str
    name: str
    says: str
    stage: Stage
    explains: frozenset[str]
    against: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """Its code, or its name where no check has one for it."""
        return self.code or self.name


# What is left where every check of the training was made and found nothing.
LEARNED_TOO_LITTLE = Cause(
    "", "learned-too-little", "the model has learned too little of its task", "training",
    frozenset(UNLEARNED), frozenset({"TRA012"}),
)  # fmt: skip


@dataclass(frozen=True)
class Ranked:
    """A cause as it stands in one report.

    Attributes:
        named_by: the findings of its own check; empty for a suspicion.
        explained: findings of other checks that follow from it.
        against: findings that speak against it.
    """

    cause: Cause
    named_by: tuple[Finding, ...] = ()
    explained: tuple[Finding, ...] = ()
    against: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that it accounts for, its own findings first."""
        return (*self.named_by, *self.explained)

    @property
    def severity(self) -> Severity:
        """The worst finding that names it; a note where none does."""
        return max((one.severity for one in self.named_by), default=Severity.NOTE)

    @property
    def summary(self) -> str:
        """What its own finding says, with numbers; what it is in general where there is none."""
        return self.named_by[0].summary if self.named_by else self.cause.says


@dataclass(frozen=True)
class Ranking:
    """The causes of a report.

    Attributes:
        causes: the fewest that explain the most, the likeliest first; each is named by a finding.
        suspects: causes that could explain what is left, and whose check could not be made.
        unexplained: errors and warnings that none of the causes accounts for.
        test: what would tell the first two causes, or suspects, apart that account for the same finding;
            "" where none do, or no experiment is known.
    """

    causes: tuple[Ranked, ...]
    suspects: tuple[Ranked, ...]
    unexplained: tuple[Finding, ...]
    test: str = ""


def cause_of(check: Check) -> Cause | None:
    """The cause that a check names; None of a check that only says what answers look like."""
    if check.code in LOOKS:
        return None
    says = check.summary.rstrip(".") or check.name
    explains = {*FOLLOWS.get(check.code, ()), *check.explains}
    against = frozenset(AGAINST.get(check.code, ()))
    return Cause(check.code, check.name, says, check.stage, frozenset(explains), against)


def ranked(report: Report) -> Ranking:
    """The smallest set of causes that explains the errors and warnings of a report, greedily chosen.

    A weighted set cover: each finding has a worth, each cause a cost that depends on how sure its own finding
    is; the cause that explains most for its cost comes first, then the next of what is left. This is the
    best simple approximation there is (Chvatal 1979). Several faults at once are normal.
    """
    findings = report.worst_first
    told = [one for one in findings if one.severity > Severity.NOTE]
    candidates = [
        candidate for cause in _causes(report) if (candidate := _standing(cause, findings)).named_by
    ]
    chosen: list[Ranked] = []
    open_ = list(told)
    while best := max(candidates, key=lambda one: _gain(one, open_), default=None):
        if not _gain(best, open_):
            break
        chosen.append(best)
        candidates.remove(best)
        open_ = [one for one in open_ if one not in best.findings]
    chosen = _without_needless(chosen)
    verdicts = {outcome.cause: outcome.verdict for outcome in report.outcomes}
    chosen.sort(key=lambda one: (*_tested(one, verdicts), *_order(one)))
    suspects = _suspects(report, findings, open_)
    return Ranking(tuple(chosen), suspects, tuple(open_), _test(chosen) or _test(suspects))


def _causes(report: Report) -> list[Cause]:
    """Of every check that was made, and of every crash that was explained."""
    found = [cause for check in report.done if (cause := cause_of(check))]
    known = {cause.code for cause in found} | LOOKS
    others = {one.code: one for one in report.findings if one.code not in known}
    return [*found, *(_of_finding(one) for one in others.values())]


def _of_finding(finding: Finding) -> Cause:
    """The cause that a finding names whose check is not at hand: a crash's."""
    name = next((crash.name for crash in CRASHES if crash.code == finding.code), finding.code.lower())
    explains = frozenset(FOLLOWS.get(finding.code, ()))
    return Cause(finding.code, name, finding.summary, finding.stage, explains)


def _standing(cause: Cause, findings: Sequence[Finding]) -> Ranked:
    serious = [one for one in findings if one.severity > Severity.NOTE]
    return Ranked(
        cause,
        tuple(one for one in findings if one.code == cause.code),
        tuple(one for one in serious if one.code in cause.explains and one.code != cause.code),
        tuple(one for one in serious if one.code in cause.against),
    )


def _gain(one: Ranked, open_: Sequence[Finding]) -> float:
    """What is newly explained for the cost of assuming this cause."""
    worth = sum(_WORTH[finding.severity] for finding in open_ if finding in one.findings)
    return worth * _DISCOUNT ** len(one.against) / _COST[one.severity]


def _without_needless(chosen: Sequence[Ranked]) -> list[Ranked]:
    """Without causes whose every finding follows from another: an early choice may become needless."""
    kept = list(chosen)
    for one in sorted(chosen, key=lambda one: len(one.findings)):
        others = {finding.code for other in kept if other is not one for finding in other.explained}
        if {finding.code for finding in one.findings} <= others:
            kept.remove(one)
    return kept


def _tested(one: Ranked, verdicts: Mapping[str, str]) -> tuple[bool, bool]:
    """What was confirmed by an experiment comes first, and last that whose remedy made it worse."""
    verdict = verdicts.get(one.cause.code)
    return verdict != "confirmed", verdict == "worse"


def _order(one: Ranked) -> tuple[bool, int, float, int]:
    """What ended the script first, then errors, then what explains most, then what comes early."""
    crashed = any(finding.code.startswith(_CRASH) for finding in one.findings)
    worth = sum(_WORTH[finding.severity] for finding in one.findings)
    return not crashed, -one.severity, -worth, STAGES.index(one.cause.stage)


def _suspects(report: Report, findings: Sequence[Finding], open_: Sequence[Finding]) -> tuple[Ranked, ...]:
    """Causes that could explain what is left: their check could not be made, so nothing clears them."""
    codes = {one.code for one in findings}
    unmade = [skipped.check for skipped in report.skipped if not codes & set(skipped.check.after)]
    causes = [cause for check in unmade if (cause := cause_of(check))]
    found = [_standing(cause, open_) for cause in (*causes, LEARNED_TOO_LITTLE)]
    against = {cause.code: cause.against & codes for cause in causes}
    able = [one for one in found if one.explained and not against.get(one.cause.code)]
    return tuple(sorted(able, key=lambda one: (-len(one.explained), STAGES.index(one.cause.stage))))


def _test(ordered: Sequence[Ranked]) -> str:
    """The cheaper experiment on the first two that account for one and the same finding."""
    for one, other in combinations(ordered, 2):
        shared = [finding.code for finding in one.explained if finding in other.explained]
        known = [cause for cause in (one, other) if cause.cause.code in INTERVENTIONS]
        if shared and known:
            tested = min(known, key=lambda cause: INTERVENTIONS[cause.cause.code].trains)
            rest = other if tested is one else one
            return (
                f"{INTERVENTIONS[tested.cause.code].says}: if {shared[0]} goes, it was {tested.cause.label}; "
                f"if it stays, {rest.cause.label}"
            )
    return ""

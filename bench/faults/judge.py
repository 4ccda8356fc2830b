"""What counts: the first thing that a tool says, against the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.faults.table import Fault, Harm

Finding = Mapping[str, Any]
# Of 100 test rows: half the width of the usual interval around 0.9.
MARGIN = 0.06


def first(findings: Sequence[Finding]) -> Finding | None:
    """The first error or warning as it is printed: a crash, then errors, then warnings, in their order."""
    ranks = {"error": 1, "warning": 2}
    told = [finding for finding in findings if finding["severity"] in ranks]
    crashes = [finding for finding in told if finding["check"].startswith("CRA")]
    return next(iter([*crashes, *sorted(told, key=lambda finding: ranks[finding["severity"]])]), None)


@dataclass(frozen=True)
class Verdict:
    """What the examination made of a fault."""

    named: bool
    stage_right: bool
    silent: bool


def verdict(fault: Fault, findings: Sequence[Finding] | None) -> Verdict:
    """Cause and stage of the first finding against the truth; no report counts as silence."""
    main = first(findings or ())
    if main is None:
        return Verdict(named=False, stage_right=False, silent=True)
    named = main["check"] in fault.codes
    return Verdict(named=named, stage_right=main["stage"] == fault.stage, silent=False)


def errors(findings: Sequence[Finding] | None) -> list[str]:
    """The codes of the errors among the findings: on a healthy script, false alarms."""
    return [finding["check"] for finding in findings or () if finding["severity"] == "error"]


@dataclass(frozen=True)
class Confirmed:
    """What the experiments made of a fault."""

    ranked_first: bool
    proved: bool


def confirmed(fault: Fault, told: Mapping[str, Any], fixed: Mapping[str, Any] | None) -> Confirmed:
    """Whether the first cause is the right one, and whether its remedy was proved.

    It is proved by the experiment on the cause, or because the script whose text was mended does better.
    """
    right = [one for one in told["experiments"] if one["cause"] in fault.codes]
    return Confirmed(
        ranked_first=bool(told["causes"]) and told["causes"][0] in fault.codes,
        proved=any(one["proved"] for one in right) or bool(fixed and fixed["proved"]),
    )


def harm(plain: Mapping[str, Any] | None, twin: Mapping[str, Any] | None) -> Harm | None:
    """What the fault was measured to do, from a run of its script and of its healthy twin; None: unknown."""
    if plain is None:
        return None
    if plain["status"] != 0:
        return "crash"
    if plain["exact_match"] is None or twin is None or twin["exact_match"] is None:
        return None
    difference = plain["exact_match"] - twin["exact_match"]
    if abs(difference) < MARGIN:
        return "none"
    return "worse" if difference < 0 else "better than true"

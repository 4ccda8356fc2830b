"""Runs checks on a subject: each in its own session, none able to break another or the user's run."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from workup.examine.check import Check
from workup.examine.finding import Finding, Severity
from workup.examine.parts import Missing, Parts, Unmeasurable
from workup.examine.report import Broken, Report, Skipped
from workup.examine.report.plots import plots_of
from workup.examine.session import untouched
from workup.examine.subject import Subject


def run(subject: Subject, checks: Iterable[Check], measurements: Mapping[str, Callable[..., Any]]) -> Report:
    """Every check that can be made, in the order given; the others with the reason why not.

    What is said is weighed at the end: a finding whose cause was found later is left out, and a warning that
    explains an error in the output is an error.
    """
    parts = Parts(subject, measurements)
    findings: list[Finding] = []
    skipped: list[Skipped] = []
    broken: list[Broken] = []
    done: list[Check] = []
    for check in checks:
        if cause := _cause(check, findings):
            skipped.append(_pointless(check, cause))
            continue
        try:
            with untouched(subject):
                found = check(**parts.arguments_of(check.function))
        except (Missing, Unmeasurable) as reason:
            skipped.append(Skipped(check, str(reason), getattr(reason, "name", None)))
        except Exception as error:
            broken.append(Broken(check, f"{type(error).__name__}: {error}"))
        else:
            done.append(check)
            findings += [dataclasses.replace(one, code=check.code, stage=check.stage) for one in found]
    late = [(check, cause) for check in done if (cause := _cause(check, findings))]
    for check, cause in late:
        done.remove(check)
        findings = [finding for finding in findings if finding.code != check.code]
        skipped.append(_pointless(check, cause))
    weighed = tuple(_weighed(finding, done, findings) for finding in findings)
    return Report(weighed, tuple(done), tuple(skipped), tuple(broken), plots_of(parts))


def _cause(check: Check, findings: Iterable[Finding]) -> str | None:
    """The code of a finding that makes this check pointless."""
    return next((finding.code for finding in findings if finding.code in check.after), None)


def _pointless(check: Check, cause: str) -> Skipped:
    return Skipped(check, f"its cause would be that of {cause}")


def _weighed(finding: Finding, checks: Iterable[Check], findings: Iterable[Finding]) -> Finding:
    """The finding, an error if it is a warning that explains an error in the output."""
    if finding.severity is not Severity.WARNING:
        return finding
    check = next(check for check in checks if check.code == finding.code)
    errors = [f.code for f in findings if f.severity is Severity.ERROR and f.code in check.explains]
    if not errors:
        return finding
    harm = finding.harm or f"explains {', '.join(errors)}"
    return dataclasses.replace(finding, severity=Severity.ERROR, harm=harm)

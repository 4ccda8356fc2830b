"""Runs checks on a subject: each in its own session, none able to break another or the user's run."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from workup.examine.check import Check
from workup.examine.finding import Finding
from workup.examine.parts import Missing, Parts, Unmeasurable
from workup.examine.report import Broken, Report, Skipped
from workup.examine.report.plots import plots_of
from workup.examine.session import untouched
from workup.examine.subject import Subject


def run(subject: Subject, checks: Iterable[Check], measurements: Mapping[str, Callable[..., Any]]) -> Report:
    """Every check that can be made, in the order given; the others with the reason why not."""
    parts = Parts(subject, measurements)
    findings: list[Finding] = []
    skipped: list[Skipped] = []
    broken: list[Broken] = []
    done: list[Check] = []
    for check in checks:
        cause = next((f.code for f in findings if f.code in check.after), None)
        if cause is not None:
            skipped.append(Skipped(check, f"its cause would be that of {cause}"))
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
    return Report(tuple(findings), tuple(done), tuple(skipped), tuple(broken), plots_of(parts))

"""A script in, findings out."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from workup.examine.check import Check
from workup.examine.finding import Finding
from workup.examine.report import Broken, Report
from workup.examine.script.facts import Facts
from workup.examine.script.roles import Roles
from workup.examine.script.rules import RULES
from workup.examine.script.source import Script, read_script

_PACKAGE = "transformers"


def check_script(path: Path, version: str) -> list[Finding]:
    """What is wrong with a script or a notebook, in the order of its lines. Nothing of it is run.

    Args:
        version: of transformers, that the script is to work with.

    Raises:
        ScriptError: it cannot be read.
    """
    return list(examine_script(read_script(path), version).findings)


def examine_script(script: Script, version: str) -> Report:
    """The findings on a script, in the order of its lines; what a comment on its line allows is left out."""
    facts = Facts(script)
    parts = {"facts": facts, "roles": Roles(facts), "version": version}
    allowed = script.allowed()
    findings: list[Finding] = []
    done: list[Check] = []
    broken: list[Broken] = []
    for rule in RULES:
        try:
            found = rule(**{name: parts[name] for name in rule.needs})
        except Exception as error:
            broken.append(Broken(rule, f"{type(error).__name__}: {error}"))
            continue
        done.append(rule)
        for one in found:
            if not {(one.place, rule.name), (one.place, rule.code.lower())} & allowed:
                findings.append(dataclasses.replace(one, code=rule.code, stage=rule.stage))
    findings.sort(key=lambda one: (_order(one.place), one.code))
    return Report(tuple(findings), tuple(done), (), tuple(broken))


def uses_transformers(script: Script) -> bool:
    """Whether there is anything in a script to look at."""
    return Facts(script).uses(_PACKAGE)


def _order(place: str) -> list[int]:
    """The numbers of cell and line at the end of a place."""
    found = re.search(r"(?::cell (\d+):line |:)(\d+)$", place)
    return [int(number or 0) for number in found.groups()] if found else []

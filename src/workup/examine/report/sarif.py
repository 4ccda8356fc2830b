"""Findings as SARIF 2.1.0, which code scanning shows beside the lines of a script."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from workup.examine.finding import Finding, Severity
from workup.examine.report.as_json import plain

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# "train.py:12", or "train.ipynb:cell 2:line 3".
_PLACE = re.compile(r"^(?P<file>.+?)(?::(?P<cell>cell \d+:line \d+)|:(?P<line>\d+))$")


class Page(Protocol):
    """A check, a rule for scripts, or a crash: whatever has a documentation page."""

    @property
    def code(self) -> str: ...  # noqa: D102

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def summary(self) -> str: ...  # noqa: D102

    @property
    def page(self) -> str: ...  # noqa: D102


def to_sarif(findings: Iterable[Finding], *, version: str, where: str) -> dict[str, Any]:
    """One run of Workup as a SARIF log.

    Args:
        version: of Workup.
        where: what was examined: a file or a folder. Findings without a place of their own are put there.
    """
    found = list(findings)
    codes = sorted({finding.code for finding in found})
    pages = _pages()
    seen: Counter[str] = Counter()
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Workup",
                        "version": version,
                        "rules": [_rule(code, pages.get(code), found) for code in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, codes.index(finding.code), where, seen) for finding in found],
            }
        ],
    }


def _pages() -> dict[str, Page]:
    """The documentation of everything that makes findings, by code."""
    from workup.examine.checks import CATALOGUE
    from workup.examine.crashes import CRASHES
    from workup.examine.script.rules import RULES

    pages: tuple[Page, ...] = (*CATALOGUE, *RULES, *CRASHES)
    return {page.code: page for page in pages}


def _rule(code: str, page: Page | None, findings: Iterable[Finding]) -> dict[str, Any]:
    own = [finding for finding in findings if finding.code == code]
    rule: dict[str, Any] = {
        "id": code,
        "defaultConfiguration": {"level": _level(max(finding.severity for finding in own))},
        "properties": {"tags": [own[0].stage]},
    }
    if page is not None:
        rule["name"] = "".join(word.capitalize() for word in page.name.split("-"))
        rule["shortDescription"] = {"text": page.summary}
        rule["help"] = {"text": page.page}
    return rule


def _result(finding: Finding, rule: int, where: str, seen: Counter[str]) -> dict[str, Any]:
    remedy = finding.remedy.text + (f": {finding.remedy.code}" if finding.remedy.code else "")
    location = _location(finding.place, where)
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _level(finding.severity),
        "message": {"text": f"{finding.summary}. Remedy: {remedy}."},
        "locations": [location],
        "partialFingerprints": {"workup/v1": _fingerprint(finding, location, seen)},
        "properties": {"stage": finding.stage, "evidence": plain(dict(finding.evidence))},
    }


def _level(severity: Severity) -> str:
    return severity.name.lower()


def _location(place: str, where: str) -> dict[str, Any]:
    found = _PLACE.match(place)
    # Code scanning wants a line of every result; the lines of a cell are no lines of the notebook's file.
    line = int(found["line"] or 1) if found else 1
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": _artifact(found["file"] if found else place or where),
            "region": {"startLine": max(1, line)},
        }
    }
    if found and found["cell"]:
        location["logicalLocations"] = [{"name": found["cell"].replace(":", ", ")}]
    return location


def _artifact(name: str) -> dict[str, str]:
    """A file below the working folder relative to it, as code scanning wants it; others absolute."""
    path = Path(name)
    if path.is_absolute():
        if not path.is_relative_to(Path.cwd()):
            return {"uri": path.as_uri()}
        path = path.relative_to(Path.cwd())
    return {"uri": quote(path.as_posix()), "uriBaseId": "%SRCROOT%"}


def _fingerprint(finding: Finding, location: dict[str, Any], seen: Counter[str]) -> str:
    """The same for the same fault after lines have moved and numbers have changed."""
    words = re.sub(r"\d[\d.,]*", "#", finding.summary)
    key = f"{finding.code} {location['physicalLocation']['artifactLocation']['uri']} {words}"
    seen[key] += 1
    return hashlib.sha256(f"{key} {seen[key]}".encode()).hexdigest()[:32]

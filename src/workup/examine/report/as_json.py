"""A report for programs, as `report.schema.json` beside this module describes it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from workup.examine.finding import Finding
from workup.examine.report import causes
from workup.examine.report.report import Plot, Report

# Raised when a program that reads reports would have to be changed.
FORMAT = 1


def to_json(report: Report) -> dict[str, Any]:
    """The report as plain values, findings worst first."""
    return {
        "format": FORMAT,
        "exit_status": report.exit_status,
        "verdict": report.verdict,
        "stages": [
            {"stage": s.stage, "state": s.state, "checks_made": s.done, "checks": s.known}
            for s in report.board()
        ],
        "findings": [_finding(finding) for finding in report.worst_first],
        "skipped": [{"check": s.check.code, "reason": s.reason, "part": s.part} for s in report.skipped],
        "broken": [{"check": b.check.code, "error": b.error} for b in report.broken],
        "plots": [_plot(plot) for plot in report.plots],
        **causes.to_json(report),
    }


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what `to_json` gives."""
    file = files("workup.examine.report") / "report.schema.json"
    described: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return described


def plain(value: Any) -> Any:
    """A value that JSON can hold: NaN and infinity, which it cannot, as text."""
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    return str(value)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.code,
        "stage": finding.stage,
        "severity": finding.severity.name.lower(),
        "summary": finding.summary,
        "evidence": {name: plain(value) for name, value in finding.evidence.items()},
        "harm": finding.harm,
        "place": finding.place,
        "remedy": {
            "text": finding.remedy.text,
            "change": {path: plain(value) for path, value in finding.remedy.change.items()},
            "code": finding.remedy.code,
        },
    }


def _plot(plot: Plot) -> dict[str, Any]:
    return {
        "title": plot.title,
        "x": plot.x,
        "y": plot.y,
        "kind": "bars" if plot.bars else "lines",
        "series": [
            {"name": one.name, "points": [list(point) for point in one.points]} for one in plot.series
        ],
    }

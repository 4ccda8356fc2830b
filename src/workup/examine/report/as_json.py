"""A report for programs."""

from __future__ import annotations

from typing import Any

from workup.examine.finding import Finding
from workup.examine.report.report import Report


def to_json(report: Report) -> dict[str, Any]:
    """The report as plain values: `verdict`, `stages`, `findings`, `skipped`, `broken`."""
    return {
        "exit_status": report.exit_status,
        "stages": [
            {"stage": s.stage, "state": s.state, "checks_made": s.done, "checks": s.known}
            for s in report.board()
        ],
        "findings": [_finding(finding) for finding in report.worst_first],
        "skipped": [{"check": s.check.code, "reason": s.reason, "part": s.part} for s in report.skipped],
        "broken": [{"check": b.check.code, "error": b.error} for b in report.broken],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.code,
        "stage": finding.stage,
        "severity": finding.severity.name.lower(),
        "summary": finding.summary,
        "evidence": {name: _plain(value) for name, value in finding.evidence.items()},
        "harm": finding.harm,
        "place": finding.place,
        "remedy": {
            "text": finding.remedy.text,
            "change": {path: _plain(value) for path, value in finding.remedy.change.items()},
            "code": finding.remedy.code,
        },
    }


def _plain(value: Any) -> Any:
    """A value that JSON can hold: NaN and infinity, which it cannot, as text."""
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    return str(value)

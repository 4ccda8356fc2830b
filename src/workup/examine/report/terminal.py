"""A report in the terminal: the board of the eight stages, then only what matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from workup.examine.finding import Finding, Severity
from workup.examine.report.report import Report, Standing, State
from workup.examine.subject import MEANINGS

_COLOURS: dict[State, str] = {
    "error": "bold red",
    "warning": "yellow",
    "note": "cyan",
    "sound": "green",
    "not checked": "dim",
}
_SIGNS: dict[State, str] = {"error": "✗", "warning": "!", "note": "·", "sound": "✓", "not checked": "-"}
_STATES: dict[Severity, State] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "note",
}
_UNCHECKED_SHOWN = 4


def show(report: Report, console: Console) -> None:
    """Print the report. With nothing to say it is one line."""
    console.print(render(report))


def render(report: Report) -> RenderableType:
    """The report as something rich can print."""
    parts = [board(report), *map(_finding, report.worst_first), *_broken(report), *_unchecked(report)]
    if not report.findings and not report.broken:
        told = f"{len(report.done)} checks found nothing." if report.done else "Nothing could be checked."
        parts.insert(1, Text(f"  {told}"))
    return Group(*parts)


def board(report: Report) -> Text:
    """The stages in one line, in their order."""
    line = Text("  ")
    for standing in report.board():
        line.append(_SIGNS[standing.state] + " ", style=_COLOURS[standing.state])
        line.append(standing.stage, style=_COLOURS[standing.state])
        line.append(_counts(standing) + "   ", style="dim")
    return line


def _counts(standing: Standing) -> str:
    return f" {standing.done}/{standing.known}" if standing.known else ""


def _finding(finding: Finding) -> RenderableType:
    state = _STATES[finding.severity]
    lines = Text()
    lines.append(f"{state} ", style=_COLOURS[state])
    lines.append(f"{finding.code} ", style="bold")
    lines.append(f"({finding.stage}) ", style="dim")
    lines.append(f"{finding.summary}.")
    if finding.place:
        lines.append(f"\n  at      {finding.place}", style="dim")
    if finding.harm:
        lines.append(f"\n  harm    {finding.harm}")
    lines.append(f"\n  remedy  {finding.remedy.text}")
    for path, value in finding.remedy.change.items():
        lines.append(f"\n          recipe: {path}: {value}", style="cyan")
    if finding.remedy.code:
        lines.append(f"\n          code:   {finding.remedy.code}", style="cyan")
    return Padding(lines, (1, 0, 0, 2))


def _broken(report: Report) -> Iterator[RenderableType]:
    for broken in report.broken:
        yield Padding(
            Text(f"{broken.check.code} failed itself, which is our fault and not yours: {broken.error}"),
            (1, 0, 0, 2),
            style="magenta",
        )


def _unchecked(report: Report) -> Iterator[RenderableType]:
    """What could not be checked, by the part that would make it possible."""
    wanted = Counter(skipped.part for skipped in report.skipped if skipped.part)
    if not wanted:
        return
    text = Text("Not checked: ", style="dim")
    told = [f"{count} for want of {MEANINGS[part]}" for part, count in wanted.most_common(_UNCHECKED_SHOWN)]
    others = sum(wanted.values()) - sum(count for _, count in wanted.most_common(_UNCHECKED_SHOWN))
    text.append("; ".join([*told, *([f"{others} for other reasons"] if others else [])]) + ".", style="dim")
    yield Padding(text, (1, 0, 0, 2))

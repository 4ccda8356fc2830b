"""A report in the terminal: the board of the eight stages, then only what matters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from workup.examine.finding import Finding, Remedy
from workup.examine.report.causes import Line, Told, causes_told
from workup.examine.report.remedies import recipe_options
from workup.examine.report.report import SIGNS, STATE_OF, Report, Standing, State
from workup.examine.subject import MEANINGS

_COLOURS: dict[State, str] = {
    "error": "bold red",
    "warning": "yellow",
    "note": "cyan",
    "sound": "green",
    "not checked": "dim",
}
_VERDICTS = {"confirmed": "green", "worse": "red"}
_SHOWN = 60
_STAGES_A_ROW = 4
_PARTS_TOLD = 3
_INDENT = "  "


def show(
    report: Report, console: Console, *, command: str = "", advice: str = "", told: Finding | None = None
) -> None:
    """Print the report. With nothing to say it is the board and one line.

    Args:
        told: a finding that has been printed already.
        command: that trains the fine-tune, where a recipe's change can be added to it; "": it has no recipe.
        advice: how to have checked what was not, a sentence; told where something was not.
    """
    console.print(render(report, command=command, advice=advice, told=told))


def render(
    report: Report, *, command: str = "", advice: str = "", told: Finding | None = None
) -> RenderableType:
    """The report as something rich can print; see `show`."""
    parts: list[RenderableType] = [board(report)]
    if not report.findings and not report.broken:
        parts.append(Hanging(Text(_INDENT), Text(f"{report.verdict}.")))
    if (ranked := causes_told(report)) is not None:
        parts += [Text(), *_causes(ranked)]
    for one in report.worst_first:
        parts += [] if one is told else [Text(), finding(one, command)]
    for broken in report.broken:
        text = f"{broken.check.code} failed itself, which is our fault and not yours: {broken.error}"
        parts += [Text(), Hanging(Text(_INDENT), Text(text, style="magenta"))]
    if report.missing():
        parts += [Text(), *_unchecked(report, advice)]
    return Group(*parts)


def board(report: Report) -> RenderableType:
    """The stages in two rows, in their order; of a stage not wholly checked, how much of it was."""
    grid = Table.grid(padding=(0, 2))
    standings = report.board()
    for start in range(0, len(standings), _STAGES_A_ROW):
        grid.add_row(*map(_standing, standings[start : start + _STAGES_A_ROW]))
    return Padding(grid, (0, 0, 0, len(_INDENT)), expand=False)


def finding(one: Finding, command: str = "") -> RenderableType:
    """One finding: what, where, its harm, and what to do, as a command where there is one; see `show`."""
    state = STATE_OF[one.severity]
    head = Text(_INDENT)
    head.append(f"{state} ", style=_COLOURS[state]).append(f"{one.code} ", style="bold")
    lines = [Hanging(head, Text.assemble((f"({one.stage}) ", "dim"), f"{one.summary}."))]
    lines += [_detail("at", one.place, "dim")] if one.place else []
    lines += [_detail("harm", one.harm)] if one.harm else []
    lines.append(_detail("remedy", one.remedy.text))
    lines += _change(one.remedy, command)
    return Group(*lines)


def _causes(ranked: Told) -> Iterator[RenderableType]:
    """The causes in their order; what is left, and what would tell two of them apart."""
    for number, line in enumerate(ranked.lines, start=1):
        yield from _cause(number, line)
    if ranked.unexplained:
        text = f"no cause found explains {', '.join(ranked.unexplained)}"
        text += f"; not checked was {', '.join(ranked.suspects)}" if ranked.suspects else ""
        yield Hanging(Text(_INDENT), Text(f"{text}.", style="dim"))
    if ranked.test:
        yield _detail("test", f"{ranked.test}.")


def _cause(number: int, line: Line) -> Iterator[RenderableType]:
    head = Text.assemble(f"{_INDENT}cause {number}  ", (f"{line.label} ", "bold"))
    follows = f", from which {', '.join(line.explains)} may follow" if line.explains else ""
    yield Hanging(head, Text.assemble(f"{line.name} ", (f"({line.stage})", "dim"), follows))
    if line.outcome is None:
        return
    yield _detail("tried", f"{line.outcome.told}.", _VERDICTS.get(line.outcome.verdict, ""))
    if line.outcome.example is not None:
        given, before, after = line.outcome.example
        yield _detail("such as", f"{_short(given)!r}: {_short(after)!r} instead of {_short(before)!r}", "dim")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


@dataclass(frozen=True)
class Hanging:
    """A lead and a text that wraps beside it; whole on one line where the output is piped."""

    lead: Text
    text: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines."""
        if options.no_wrap:
            yield Text.assemble(self.lead, self.text)
            return
        indent = self.lead.cell_len
        lines = self.text.wrap(console, max(options.max_width - indent, 20), overflow="fold")
        for number, line in enumerate(lines):
            yield Text.assemble(" " * indent if number else self.lead, line)


def _standing(standing: Standing) -> Text:
    colour = _COLOURS[standing.state]
    cell = Text(f"{SIGNS[standing.state]} {standing.stage}", style=colour)
    return cell.append(f" {standing.counts}" if standing.counts else "", style="not bold dim")


def _detail(name: str, text: str, style: str = "") -> Hanging:
    return Hanging(Text(f"{_INDENT}  {name:<8}", style="dim"), Text(text, style=style))


def _change(remedy: Remedy, command: str) -> list[Hanging]:
    """The change itself: to the recipe where there is one, else to the script."""
    options = recipe_options(remedy)
    if options and command:
        return [_detail("run", f"{command} {options}", "cyan")]
    return [_detail("code", remedy.code, "cyan")] if remedy.code else []


def _unchecked(report: Report, advice: str) -> Iterator[RenderableType]:
    """What could not be checked, by the part that would make it possible."""
    missing = report.missing()
    told = [f"{count} for want of {MEANINGS[part]}" for part, count in missing.items()][:_PARTS_TOLD]
    others = sum(list(missing.values())[_PARTS_TOLD:])
    text = "; ".join([*told, *([f"{others} for want of other parts"] if others else [])])
    yield Hanging(Text(f"{_INDENT}Not checked: ", style="dim"), Text(f"{text}.", style="dim"))
    if advice:
        yield Hanging(Text(_INDENT), Text(advice, style="dim"))

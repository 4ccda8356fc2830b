"""A trace in the terminal: every stage with its strips, in columns that wrap at the width there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from workup.examine.trace.layout import SIGNS, Place, heading, is_marked, places
from workup.examine.trace.trace import Cell, Kind, State, Step, Strip, Trace

_STATES: dict[State, str] = {"kept": "green", "departs": "bold red", "shown": "cyan", "not checked": "dim"}
_KINDS: dict[Kind, str] = {
    "text": "",
    "special": "cyan",
    "pad": "dim",
    "ignored": "dim",
    "unknown": "bold magenta",
    "number": "dim",
}
# From lukewarm to hot; the numbers are printed too.
_HEATS = (
    "black on #ffe3cc",
    "black on #ffc299",
    "black on #ff9966",
    "black on #f26a3d",
    "bold white on #bf2b16",
)
_MOST = 64  # positions of a strip; --html shows more of them, --json all
_WIDEST = 18
_INDENT, _NAMES = 4, 18
# Output that goes to a file or another program is read at some hundred columns.
_PIPED_WIDTH = 100


def show(trace: Trace, console: Console) -> None:
    """Print the trace."""
    width = console.width if console.is_terminal else min(console.width, _PIPED_WIDTH)
    for part in _parts(trace):
        console.print(part, soft_wrap=False, width=width)


def _parts(trace: Trace) -> Iterator[RenderableType]:
    board = Text("  ")
    for step in trace.steps:
        board.append(f"{SIGNS[step.state]} {step.stage}   ", style=_STATES[step.state])
    board.rstrip()
    yield board
    for step in trace.steps:
        yield from _step(trace, step)
    yield Text("")
    yield _Wrapped("  ", trace.conclusion, _STATES[trace.state])


def _step(trace: Trace, step: Step) -> Iterator[RenderableType]:
    title = Text(f"\n  {SIGNS[step.state]} {step.stage}", style=_STATES[step.state])
    if told := heading(trace, step):
        title.append(f"   {told}", style="bold red" if step.departures else "dim")
    yield title
    for contract in step.departures:
        yield _Wrapped(" " * _INDENT + "✗ ", contract.departure, "bold red")
    for name, value in step.facts:
        yield _Wrapped(_name(name), value)
    for strip in step.strips:
        if strip is not step.strips[0]:
            yield Text("")
        yield Text(" " * _INDENT + strip.title, style="italic")
        yield _Columns(strip, step.marked(strip))
    for reason in step.unchecked:
        yield _Wrapped(_name("not checked"), reason, "dim")


def _name(name: str) -> str:
    return " " * _INDENT + set_cell_size(name, _NAMES)


@dataclass(frozen=True)
class _Wrapped:
    """A text that wraps beside what stands before it."""

    before: str
    text: str
    style: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = max(10, options.max_width - cell_len(self.before))
        before = self.before
        for line in Text(self.text, style=self.style).wrap(console, room, overflow="fold"):
            line.rstrip()
            yield Text.assemble((before, self.style or "dim"), line)
            before = " " * cell_len(before)


@dataclass(frozen=True)
class _Columns:
    """A strip: one column a position, the lines below each other, broken where the width ends."""

    strip: Strip
    marked: frozenset[int]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        shown = places(self.strip, self.marked, _MOST)
        widths = [
            max(1, *(min(_WIDEST, cell_len(cell.text)) for cell in self._column(place))) for place in shown
        ]
        for part in _fitting(widths, max(_WIDEST, options.max_width - _INDENT - _NAMES)):
            if part.start > 0:
                yield Text("")
            marks = [is_marked(shown[n], self.marked) for n in part]
            columns = [self._column(shown[n]) for n in part]
            for row, line in enumerate(self.strip.lines):
                yield _line(line.name, [column[row] for column in columns], [widths[n] for n in part], marks)
            if any(marks):
                yield _line(
                    "", [Cell("✗" if mark else "") for mark in marks], [widths[n] for n in part], marks
                )

    def _column(self, place: Place) -> list[Cell]:
        """What stands below each other at a position; of positions left out, their number."""
        if isinstance(place, int):
            return [line.cells[place] for line in self.strip.lines]
        return [Cell(f"(+{len(place)})", "ignored"), *[Cell("")] * (len(self.strip.lines) - 1)]


def _line(name: str, cells: Sequence[Cell], widths: Sequence[int], marks: Sequence[bool]) -> Text:
    text = Text(_name(name), style="")
    text.stylize("dim")
    for cell, width, mark in zip(cells, widths, marks, strict=True):
        text.append(_fitted(cell.text, width), style=_style(cell, mark))
        text.append(" ")
    text.rstrip()
    return text


def _style(cell: Cell, mark: bool) -> str:
    if cell.heat > 0:
        return _HEATS[min(len(_HEATS) - 1, int(cell.heat * len(_HEATS)))]
    return "bold red" if mark and cell.kind != "number" else _KINDS[cell.kind]


def _fitted(text: str, width: int) -> str:
    if cell_len(text) > width:
        return set_cell_size(text, width - 1) + "…"
    return set_cell_size(text, width)


def _fitting(widths: Sequence[int], room: int) -> Iterator[range]:
    """Runs of columns that fit beside each other, a space between them."""
    start = used = 0
    for n, width in enumerate(widths):
        if used + width > room and n > start:
            yield range(start, n)
            start, used = n, 0
        used += width + 1
    if start < len(widths):
        yield range(start, len(widths))

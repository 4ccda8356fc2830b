"""The walkthrough in the terminal: a phase as it goes, and the board of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from workup.examine.finding import Finding
from workup.examine.report.terminal import Hanging, finding
from workup.walkthrough.phase import Change, Claim, Lived, Phase, Result, conclusion

_WIDEST = 110
_NAMES = 13
_SIGNS = {True: ("✓", "green"), False: ("✗", "bold red")}


def show_opening(phase: Phase, number: int, console: Console) -> None:
    """Print the title of a phase and what the guide tells of it."""
    title = Text.assemble((f" {number} ", "bold black on cyan"), (f"  {phase.title} ", "bold cyan"))
    _print(
        console, [Text(), Rule(title, align="left", style="cyan"), Text(), _told("The guide", phase.guide)]
    )


def show_result(result: Result, console: Console) -> None:
    """Print what was seen, what the examination said, what was changed, and what came of it."""
    _print(console, _parts(result))


def show_board(results: Sequence[Result], console: Console) -> None:
    """Print all phases below each other, and whether everything went as it should."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("phase", "failure seen", "cause named", "cured"):
        table.add_column(heading)
    table.add_column("seconds", justify="right")
    for result in results:
        failure, naming = result.lived.failure, result.naming
        table.add_row(
            f"{result.number}  {result.phase.title}",
            _signed(result.is_produced, str(failure.before)),
            _signed(naming is not None, f"{naming.code} ({naming.stage})" if naming else "no"),
            _signed(result.is_cured, str(failure.after)),
            f"{result.seconds:.0f}",
        )
    well = all(result.is_well for result in results)
    rule = Rule(Text(" All phases ", style="bold cyan"), align="left", style="cyan")
    said = Hanging(Text("  "), Text(conclusion(results), style="bold green" if well else "bold red"))
    _print(console, [Text(), rule, Text(), Padding(table, (0, 0, 0, 2), expand=False), said])


def _print(console: Console, parts: Sequence[RenderableType] | Iterator[RenderableType]) -> None:
    width = min(console.width, _WIDEST)
    for part in parts:
        console.print(part, soft_wrap=False, width=width)


def _parts(result: Result) -> Iterator[RenderableType]:
    lived = result.lived
    yield Text()
    yield _told("Seen", _counted(lived.failure, "before"), "bold red" if result.is_produced else "bold")
    yield _table(lived)
    yield _examination(result)
    yield Text()
    yield _told("One change", lived.change, "bold cyan")
    yield _told("Then", _after(lived), "bold green" if result.is_cured else "bold red")
    yield _told("Once more", _again(result))
    for claim in lived.claims:
        yield Text()
        yield from _claim(claim)
    yield Text()
    yield _told("Lesson", result.phase.lesson, "italic")
    yield Text()
    yield _verdict(result)


def _told(name: str, text: str, style: str = "") -> Hanging:
    return Hanging(Text(f"  {name:<{_NAMES}}", style="dim"), Text(text, style=style))


def _counted(change: Change, when: str) -> str:
    return f"{getattr(change, when)} {change.what}"


def _after(lived: Lived) -> str:
    told = _counted(lived.failure, "after")
    if lived.right is None:
        return told
    return f"{told}; {_counted(lived.right, 'after')}, {lived.right.before} were before"


def _again(result: Result) -> str:
    """What the examination says after the change."""
    left = _codes(result.left)
    return f"the examination still finds {left}" if left else "the examination finds nothing serious"


def _codes(found: Sequence[Finding]) -> str:
    return ", ".join(f"{one.code} ({one.stage})" for one in found)


def _table(lived: Lived) -> RenderableType:
    """What was given, with what came of it on either side of the change."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    table.add_column(lived.given, ratio=5, overflow="fold")
    table.add_column("before", ratio=6, style="red", header_style="bold red", overflow="fold")
    table.add_column("after the change", ratio=6, style="green", header_style="bold green", overflow="fold")
    for line in lived.lines:
        table.add_row(Text(line.given), Text(line.before), Text(line.after))
    return Padding(table, (0, 0, 0, 4))


def _examination(result: Result) -> RenderableType:
    naming, told = result.naming, _codes(result.others)
    if naming is None:
        inner: RenderableType = Text(f"The cause is not named. Found: {told or 'nothing serious'}.")
    else:
        inner = finding(naming)
    return Panel(
        inner,
        title=Text(" The examination ", style="bold"),
        title_align="left",
        subtitle=Text(f" also found: {told} ", style="dim") if naming and told else None,
        subtitle_align="left",
        border_style="yellow" if naming else "red",
        padding=(0, 1),
    )


def _claim(claim: Claim) -> Iterator[RenderableType]:
    sign, style = _SIGNS[claim.holds]
    yield Hanging(
        Text.assemble(f"  {sign} ", (f"{'Guide said':<{_NAMES - 2}}", "dim"), style=style),
        Text(f"{claim.said}."),
    )
    yield _told("  Measured", f"{claim.measured}.")


def _verdict(result: Result) -> Text:
    told = (
        ("failure seen", result.is_produced),
        (
            f"cause named ({result.naming.code})" if result.naming else "cause named",
            result.naming is not None,
        ),
        ("cured", result.is_cured),
    )
    text = Text("  ")
    for name, holds in told:
        sign, style = _SIGNS[holds]
        text.append(f"{sign} {name if holds else f'not {name}'}   ", style=style)
    return text.append(f"{result.seconds:.0f} s", style="dim")


def _signed(holds: bool, text: str) -> Text:
    sign, style = _SIGNS[holds]
    return Text.assemble((f"{sign} ", style), text)

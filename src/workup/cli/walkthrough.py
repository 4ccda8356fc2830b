"""workup walkthrough"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

    from workup.pipeline import events
    from workup.walkthrough.phase import Result


def walkthrough(
    phase: Annotated[
        str | None, typer.Argument(help="Name or number of one phase.  [default: all of them]")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the phases; nothing is trained.")] = False,
    page: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the results as a page, in Markdown.")
    ] = None,
    base: Annotated[str, typer.Option(help="The base that all is done on, as in a recipe.")] = "builtin",
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of what is trained; what it holds of an earlier walkthrough is used again.  "
            "[default: the next free runs/walkthrough-N]"
        ),
    ] = None,
) -> None:
    """Live through the debugging guide's failures: each is made, examined and cured, in some minutes.

    Exit status: 0, each was seen, its cause named, and cured; 1, one was not; 2, it could not be tried.
    """
    from workup.cli.arguments import require_writable
    from workup.cli.console import output, quiet_libraries
    from workup.walkthrough.phases import PHASES, number_of

    console = output()
    if listed:
        for number, one in enumerate(PHASES, start=1):
            console.print(f"  {number}  {one.name:<16} {one.title}", markup=False)
        return
    numbers = [number_of(phase)] if phase else list(range(1, len(PHASES) + 1))
    require_writable(page)
    console.print(
        "[bold]The guide, re-lived.[/] Every failure below is made now; nothing is played back.\n"
        "[dim]Loading torch and transformers ...[/]"
    )
    quiet_libraries()
    folder = out or _free_folder()
    results = _live(console, numbers, base, folder)
    if page is not None:
        _write(results, page, base, phase)
        console.print(f"\n  The page is in {page}.", markup=False)
    console.print(f"\n  What was trained is in {folder}. Try: workup examine {folder}/sound", markup=False)
    raise typer.Exit(int(not all(result.is_well for result in results)))


def _free_folder() -> Path:
    number = 1
    while (folder := Path("runs") / f"walkthrough-{number}").exists():
        number += 1
    return folder


def _live(console: Console, numbers: list[int], base: str, folder: Path) -> list[Result]:
    """Live through the phases and print them as they go."""
    import time

    from workup.cli.console import messages
    from workup.walkthrough.lab import Lab
    from workup.walkthrough.phase import Result
    from workup.walkthrough.phases import PHASES
    from workup.walkthrough.terminal import show_board, show_opening, show_result

    lab = Lab(base, folder)
    results = []
    for number in numbers:
        phase = PHASES[number - 1]
        show_opening(phase, number, console)
        started = time.perf_counter()
        with messages().status("  at work") as status:
            lab.watch = _Progress(status)
            lived = phase.live(lab)
        results.append(Result(phase, number, lived, time.perf_counter() - started))
        show_result(results[-1], console)
    if len(results) > 1:
        show_board(results, console)
    return results


class _Progress:
    """Tells beside the spinner how far a training is."""

    def __init__(self, status: Status) -> None:
        self.status, self.steps = status, 0

    def __call__(self, event: events.Event) -> None:
        from workup.pipeline import events

        if isinstance(event, events.Started):
            self.steps = event.steps
        elif isinstance(event, events.Stepped):
            self.status.update(f"  training, step {event.step} of {self.steps}")
        elif isinstance(event, events.Saved):
            self.status.update("  examining")


def _write(results: list[Result], file: Path, base: str, phase: str | None) -> None:
    import shlex

    from workup.examine.subject import versions
    from workup.files import write_text
    from workup.pipeline import model as models
    from workup.walkthrough.page import page

    loaded = models.load(base)
    named = "the built-in one" if base == "builtin" else f"`{base}`"
    told = f"{named} ({loaded.family}, {loaded.parameters / 1e6:.0f} million weights)"
    shown = {name: versions()[name] for name in ("transformers", "torch")}
    asked = [*([phase] if phase else []), *(["--base", base] if base != "builtin" else [])]
    command = shlex.join(["workup", "walkthrough", *asked, "--page", str(file)])
    write_text(file, page(results, command, told, shown))

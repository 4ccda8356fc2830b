"""workup run"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from workup.cli.arguments import BUDGET
from workup.errors import SaveError

_PIPED_WIDTH = 110

if TYPE_CHECKING:
    from rich.console import Console

    from workup.examine.capture.watch import Watch
    from workup.examine.report import Report


def run(
    context: typer.Context,
    script: Annotated[Path, typer.Argument(help="A Python script; what follows it is given to it.")],
    module: Annotated[
        bool, typer.Option("-m", help="SCRIPT is the name of a module, as for `python -m`.")
    ] = False,
    stop_on: Annotated[
        Literal["error"] | None,
        typer.Option(help="End the script before its first training step if errors are found."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Also write report.html and report.json to it.")
    ] = None,
    confirm: Annotated[
        bool,
        typer.Option(
            "--confirm", help="At the end also try each remedy, alone and on copies, and say what it changes."
        ),
    ] = False,
    budget: Annotated[float, BUDGET] = 120,
) -> None:
    """Run a training script as it is, watch it, and say what is wrong with the fine-tune.

    The script does what it does without Workup. What is found is printed to standard error: errors before the
    first training step, everything at the end. The exit status is the script's own; where that is 0, it is 1
    if errors were found and no launcher, such as accelerate's, waits for it.
    """
    from workup.examine.capture import launchers
    from workup.examine.capture import script as scripts
    from workup.examine.capture.watch import Watch
    from workup.examine.report.terminal import show

    program = scripts.read_module(str(script)) if module else scripts.read(script)
    is_launched = launchers.is_launched()  # asked now, for a script may set such variables
    if not launchers.is_first():
        sys.exit(scripts.run(program, context.args).status)
    if report is not None:
        _make(report)
        report = report.absolute()  # wherever the script goes
    console = _console()

    def first_examined(first: Report) -> bool:
        errors = _errors_of(first)
        if errors.findings:
            console.print("\n  Before the first training step:")
            show(errors, console)
        return bool(errors.findings) and stop_on == "error"

    watch = Watch(first_examined)
    with watch.watching():
        ending = scripts.run(program, context.args)
    if not watch.is_own_process or (isinstance(ending.error, KeyboardInterrupt) and not watch.is_stopped):
        sys.exit(ending.status)
    found = 0
    try:
        if watch.is_stopped:
            console.print("\n  Stopped before the first training step: nothing was trained.")
            outcome = watch.first
        else:
            outcome = _conclude(watch, ending.error, console, budget if confirm else None)
        found = int(outcome is not None and outcome.exit_status == 1)
        if report is not None and outcome is not None:
            _write(outcome, report, script.name, console)
    except KeyboardInterrupt:
        console.print("\n  The examination was interrupted; the script had ended.")
    except Exception as error:
        # However we fail, the script has ended as it has ended.
        with suppress(OSError):
            console.print(f"workup: the script could not be examined to the end: {error}", markup=False)
    if found and is_launched and not ending.status:
        console.print(
            "\n  Errors were found; the exit status is the script's own, 0, for the launcher's sake."
        )
    sys.exit(ending.status or (0 if is_launched else found))


def _conclude(watch: Watch, error: BaseException | None, console: Console, budget: float | None) -> Report:
    """Examine what the script did and print it; the report has the crash among its findings.

    Args:
        budget: seconds for trying remedies; None: none are tried.
    """
    from workup.examine.report import Report
    from workup.examine.report.terminal import finding, show

    with suppress(Exception):
        sys.stdout.flush()
    outcome = watch.at_the_end(error)
    report = outcome.report or Report((), (), (), ())
    if outcome.crash is not None:
        report = replace(report, findings=(outcome.crash, *report.findings))
    if budget is not None and report.findings:
        report = _confirmed(watch, report, budget, console)
    if outcome.crash is not None:
        console.print()
        console.print(finding(outcome.crash))
    elif error is not None:
        console.print("\n  This error is none of those that `workup explain` lists.")
    # After a crash, a board of what was found sound would only hide it.
    others = [one for one in report.findings if one is not outcome.crash]
    is_tried = any(one.verdict != "not tested" for one in report.outcomes)
    if outcome.report is not None and (error is None or others or report.broken or is_tried):
        console.print()
        show(report, console, told=outcome.crash)
    for note in _notes(watch) if error is None else ():
        console.print(f"\n  {note}")
    for note in watch.notes:
        console.print(f"  Not watched, which is our fault and not yours: {note}", markup=False)
    return report


def _confirmed(watch: Watch, report: Report, budget: float, console: Console) -> Report:
    """The report with what each remedy changes, tried on copies of what the script left."""
    from workup.examine.capture.subject import at_the_end
    from workup.examine.confirm import confirm

    def say(what: str) -> None:
        console.print(f"  trying a remedy: {what[:1].lower()}{what[1:]}", style="dim", markup=False)

    with watch.aside():
        return confirm(report, at_the_end(watch.seen), budget=budget, watch=say)


def _notes(watch: Watch) -> Iterator[str]:
    """What has to be known of a report that says little."""
    if not watch.seen.anything:
        yield (
            "Nothing of a fine-tune was seen in this process: no model, tokenizer or Trainer of transformers."
        )
    elif not watch.has_stepped:
        yield "No optimizer made a step: nothing was trained in this process."
    elif watch.seen.given is None:
        yield (
            "The loss is the script's own, and no cross-entropy whose labels its gradient tells: no batch "
            "could be looked at. In the script, workup.examine(model=model, captured_batch=batch) looks at "
            "one that holds labels."
        )
    if watch.seen.is_streamed:
        yield (
            "The training rows are a stream, of which only the batches were seen. In the script, "
            "workup.examine(tokenizer=tokenizer, train_rows=list(rows.take(2000))) looks at some."
        )


def _errors_of(report: Report) -> Report:
    """What is said before a training: what costs hours, and nothing else."""
    from workup.examine.finding import Severity

    errors = tuple(finding for finding in report.findings if finding.severity is Severity.ERROR)
    return replace(report, findings=errors, skipped=(), broken=())


def _console() -> Console:
    """Where findings are told: standard error as it is now, whatever the script makes of it."""
    from rich.console import Console

    piped = not sys.stderr.isatty()
    return Console(file=sys.stderr, highlight=False, soft_wrap=piped, width=_PIPED_WIDTH if piped else None)


def _write(report: Report, folder: Path, title: str, console: Console) -> None:
    """Write the report; it has been printed, so where it cannot be written that is said and no more."""
    from workup.examine.report.as_json import to_json
    from workup.examine.report.html import render
    from workup.files import write_json, write_text

    try:
        folder.mkdir(parents=True, exist_ok=True)  # the script may have removed it
        write_json(folder / "report.json", to_json(report))
        write_text(folder / "report.html", render(report, title))
    except (OSError, SaveError) as error:
        console.print(f"workup: --report {folder} could not be written: {error}", markup=False)


def _make(folder: Path) -> None:
    """Make the folder of the report now: nobody wants to learn after the training that it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SaveError(
            f"--report {folder}: the folder cannot be made or written to: {error.strerror}"
        ) from None

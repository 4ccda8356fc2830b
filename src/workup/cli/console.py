"""What the verbs share: where text goes, what is silenced, and the progress of long work."""

from __future__ import annotations

import io
import json
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from workup.pipeline import events

_PIPED_WIDTH = 110


def output() -> Console:
    """Results: to standard output, plain when piped."""
    _write_what_can_be_written()
    piped = not sys.stdout.isatty()
    return Console(highlight=False, soft_wrap=piped, width=_PIPED_WIDTH if piped else None)


def messages() -> Console:
    """Progress and notes: to standard error, and only when a person watches."""
    return Console(stderr=True, highlight=False, quiet=not sys.stderr.isatty())


def print_json(value: Any) -> None:
    """A result for programs: one JSON document on standard output."""
    _write_what_can_be_written()
    print(json.dumps(value, indent=2, ensure_ascii=False))


def _write_what_can_be_written() -> None:
    """A question mark for a letter that standard output has no code for, instead of an error."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def quiet_libraries() -> None:
    """Keep other libraries' progress bars and warnings out of our output."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    warnings.filterwarnings("ignore")
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


class TrainingView:
    """Shows a training as it happens: what was prepared, then a bar with losses and the time left."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.loss = self.validation = "-"
        self.progress = Progress(
            TextColumn("  [bold]training[/]"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TextColumn("loss [bold]{task.fields[loss]}[/]  validation [bold]{task.fields[validation]}[/]"),
            TimeElapsedColumn(),
            TextColumn("[dim]left[/]"),
            TimeRemainingColumn(),
            console=console,
        )
        self.task: TaskID | None = None

    def __enter__(self) -> TrainingView:
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def __call__(self, event: events.Event) -> None:
        """The watcher of a training."""
        if isinstance(event, events.Prepared):
            self._prepared(event)
        elif isinstance(event, events.Started):
            self.progress.start()
            self.task = self.progress.add_task(
                "training",
                total=event.steps,
                completed=event.step,
                loss=self.loss,
                validation=self.validation,
            )
        elif isinstance(event, events.Saved):
            self.progress.stop()
            self.console.print(f"  saved, read back and found equal: {event.folder}", style="dim")
        elif self.task is not None:
            if isinstance(event, events.Stepped):
                self.progress.update(self.task, completed=event.step)
            elif isinstance(event, events.Logged):
                self.progress.update(self.task, loss=f"{event.loss:.3f}")
            else:
                self.progress.update(self.task, validation=f"{event.loss:.3f}")

    def _prepared(self, event: events.Prepared) -> None:
        self.console.print(
            f"  {event.train} training and {event.validation} validation rows; "
            f"{event.family} with {event.parameters / 1e6:.1f} M weights"
        )
        for choice in event.choices:
            self.console.print(f"  {choice}", style="dim")
        if event.skipped:
            self.console.print(f"  [yellow]{len(event.skipped)} rows could not be used and were dropped[/]:")
            for reason in event.skipped[:3]:
                self.console.print(f"    {reason}", markup=False)
            if len(event.skipped) > 3:
                self.console.print(f"    ... and {len(event.skipped) - 3} more", style="dim")
        for kind, cut in (("source", event.cut_sources), ("target", event.cut_targets)):
            if cut:
                shown = ", ".join(cut[:3]) + (", ..." if len(cut) > 3 else "")
                self.console.print(
                    f"  [yellow]{len(cut)} {kind}s exceed tokens.{kind}_length and were cut[/]: {shown}"
                )
        if event.unwritable:
            self.console.print(f"  {unwritable(event)}", style="yellow", markup=False)


def unwritable(event: events.Prepared) -> str:
    """How many answers can never be scored as right, and why: a sentence."""
    why = "target.template does not part them from what follows"
    if event.lost:
        lacks = " ".join(event.lost[:8])
        why = f"the tokenizer cannot write {lacks}; `workup examine` on the recipe says what helps"
    total = event.train + event.validation
    return (
        f"{len(event.unwritable)} of {total} answers are never scored as right, however well learned: {why}"
    )


@contextmanager
def counting(console: Console, title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar for work that is counted; yields the function that is told how much is done."""
    columns = (
        TextColumn(f"  [bold]{title}[/]"),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done: progress.update(task, completed=done)

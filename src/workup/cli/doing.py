"""The bar of a comparison or a sweep, which does one kind of work after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from workup.cli.console import messages

if TYPE_CHECKING:
    from workup.compare.progress import Doing, Watch


@contextmanager
def doing() -> Iterator[Watch]:
    """Yields the watcher that draws the bar on standard error."""
    columns = (
        TextColumn("  [bold]{task.description}[/]"),
        BarColumn(bar_width=28),
        TextColumn("{task.completed:.1f} of {task.total:.0f}"),
        TimeElapsedColumn(),
        TextColumn("[dim]left[/]"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=messages()) as progress:
        tasks: dict[str, TaskID] = {}

        def watch(told: Doing) -> None:
            if told.title not in tasks:
                tasks[told.title] = progress.add_task(told.title, total=told.total)
            progress.update(tasks[told.title], completed=told.done)

        yield watch

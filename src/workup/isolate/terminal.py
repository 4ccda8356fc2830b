"""The trials of an isolation as a table that lives while they run."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from workup.isolate.measuring import Tried
from workup.isolate.words import label

_ROWS = 14
_LOOKS = {"waiting": "dim", "running": "bold", "known": "dim", "done": "", "failed": "red"}


def board(tried: Sequence[Tried], metric: str) -> Group:
    """How many trials are done; then the latest: what each has changed, how far it is, and its value."""
    names = sorted(set().union(*(one.setting.changed for one in tried)))
    done = sum(one.state in ("done", "known", "failed") for one in tried)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("trial", "setting", "seed", metric, "seconds"):
        table.add_column(column, justify="left" if column == "setting" else "right")
    for number, one in list(enumerate(tried, start=1))[-_ROWS:]:
        setting = label(one.setting.changed, names)
        length = "" if one.share == 1 else f"  [dim]{one.share:.3g} of its length[/]"
        seconds = f"{one.seconds:.1f}" if one.seconds else ""
        table.add_row(
            str(number),
            f"{setting}{length}",
            str(one.setting.seed),
            _standing(one),
            seconds,
            style=_LOOKS[one.state],
        )
    return Group(Text(f"  {done} of {len(tried)} trials asked for so far are done"), table)


def _standing(one: Tried) -> str:
    """The value, or how far the trial is."""
    if one.value is not None:
        return f"{one.value:.3f}"
    if one.state == "running" and one.steps:
        return "answering" if one.step == one.steps else f"step {one.step}/{one.steps}"
    return {"running": "starting", "failed": "failed"}.get(one.state, "-")

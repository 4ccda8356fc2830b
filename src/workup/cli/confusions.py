"""Mistakes as a table for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from workup.cli.views import table
from workup.clinic.assess import mistakes
from workup.clinic.assess.mistakes import Explanation
from workup.evaluation.confusion import Confusions

_MOST = 15


def show_confusions(console: Console, found: Confusions, why: Sequence[Explanation] = ()) -> None:
    """What was mistaken for what, commonest first; below, what explains pairs of the case book."""
    console.print(f"  {summary(found)}", markup=False)
    if not found.pairs:
        return
    view = table("right", "answered", "times", "the other way", "right one 2nd or 3rd")
    view.columns[1].justify = "left"
    for pair in found.pairs[:_MOST]:
        there = f"{pair.there.right} of {pair.there.total}"
        back = f"{pair.back.right} of {pair.back.total}" if pair.back.total else "-"
        view.add_row(pair.expected, pair.answered, there, back, f"{pair.close} of {pair.times}")
    console.print(view)
    if len(found.pairs) > _MOST:
        console.print(f"  ... and {len(found.pairs) - _MOST} more pairs; --json has them all.", style="dim")
    if why:
        console.print(f"\n  {mistakes.summary(why)}", markup=False)
    shown = {(pair.expected, pair.answered) for pair in found.pairs[:_MOST]}
    for one in why:
        if (one.expected, one.answered) in shown:
            told = "; ".join(one.reasons) or "nothing here explains it"
            console.print(Text.assemble(f"  {one.expected} → {one.answered}: ", (f"{told}.", "dim")))


def summary(found: Confusions) -> str:
    """One or two sentences: how many mistakes there are, and of what kind."""
    wrong = found.wrong
    if not wrong.right:
        return f"None of {wrong.total} answers is wrong."
    told = f"{wrong.right} of {wrong.total} answers are wrong."
    if found.unknown:
        told += f" {found.unknown} of them are no known answer."
    if found.within:
        told += f" {found.within} of them are of the same group as the right one."
    return told

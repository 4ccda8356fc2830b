"""Results as tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from workup.evaluation.evaluate import Evaluation
    from workup.evaluation.metrics import Accuracy, Proportion


def table(*headers: str, title: str | None = None, headers_shown: bool = True) -> Table:
    """A table in the house style: names to the left, figures to the right."""
    result = Table(
        box=box.SIMPLE_HEAD,
        title=title,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        show_header=headers_shown,
    )
    for position, header in enumerate(headers):
        result.add_column(header, justify="left" if position == 0 else "right", overflow="fold")
    return result


def show_about(console: Console, source: str) -> None:
    """The tables that an installed source describes itself with; nothing for a file."""
    from workup.data.about import about

    known = about(source)
    for described in known[0].tables(known[1]) if known else ():
        titled = any(described.headers)
        view = table(*described.headers, title=described.title, headers_shown=titled)
        for row in described.rows:
            view.add_row(*row)
        if not titled:
            view.columns[-1].justify = "left"
        console.print(view)


def show_evaluation(console: Console, evaluation: Evaluation) -> None:
    """Accuracy beside the baselines, memory apart from skill, then the strata."""
    total = len(evaluation.verdicts)
    console.print(
        f"  {total} held-out examples ({evaluation.data}); everything below learned from the same "
        f"{evaluation.trained_on} rows. Loss {evaluation.loss:.3f} nats per target token. "
        "Intervals: 95 %, Wilson."
    )
    scores = table("", "top-1", "95 % interval", "top-3", "95 % interval")
    scores.add_row("[bold]this model[/]", *_cells(evaluation.model))
    for name, accuracy in evaluation.baselines.items():
        scores.add_row(name, *_cells(accuracy))
    console.print(scores)
    console.print(f"  {verdict(evaluation)}")
    console.print(f"  {memory(evaluation)}")
    if evaluation.strata:
        strata = table("", "rows", "top-1", "95 % interval", "top-3", "95 % interval")
        for name, accuracy in evaluation.strata.items():
            strata.add_row(name, str(accuracy.top1.total), *_cells(accuracy))
        console.print(strata)


def verdict(evaluation: Evaluation) -> str:
    """One sentence: is the model above the best baseline, below it, or not to be told apart?"""
    if not evaluation.baselines:
        return "No baseline could be trained on these rows."
    name, best = max(evaluation.baselines.items(), key=lambda item: item[1].top1.value)
    mine, theirs = evaluation.model.top1.interval, best.top1.interval
    if mine[0] > theirs[1]:
        return f"[green]The model is clearly better than the best baseline ({name}).[/]"
    if mine[1] < theirs[0]:
        return f"[yellow]The best baseline ({name}) is clearly better: the model has not earned its place.[/]"
    return f"The intervals of the model and of the best baseline ({name}) overlap: too close to call."


def memory(evaluation: Evaluation) -> str:
    """One or two sentences: how much of the accuracy could be memory."""
    copies, others = evaluation.near_copies.top1, evaluation.others.top1
    if not copies.total:
        return "Memory: none of these examples is a near-copy of a training row (edit similarity >= 0.8)."
    return (
        f"Memory: {copies.total} of {copies.total + others.total} are near-copies of a training row; "
        f"top-1 is {copies.value:.1%} on them and {others} on the others."
    )


def _cells(accuracy: Accuracy) -> tuple[str, str, str, str]:
    return (*_figures(accuracy.top1), *_figures(accuracy.top3))


def _figures(proportion: Proportion) -> tuple[str, str]:
    low, high = proportion.interval
    return f"{proportion.value:.1%}", f"{low:.1%} to {high:.1%}"

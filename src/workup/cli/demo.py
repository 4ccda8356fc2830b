"""workup demo"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from workup.evaluation.evaluate import Evaluation
    from workup.recipe import Recipe
    from workup.run import Examples, Run


def demo(
    quick: Annotated[bool, typer.Option("--quick", help="Train for a fraction of the time.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run.  [default: the next free runs/demo-N]")
    ] = None,
) -> None:
    """Fine-tune the built-in medical model, offline, and show what came of it."""
    from workup.cli.console import output

    console = output()
    console.print(
        "[bold]Workup[/] fine-tunes a T5 on invented medical cases, offline, and judges the result.\n"
    )
    console.print("[dim]Loading torch and transformers ...[/]")
    from workup.cli.console import quiet_libraries

    quiet_libraries()
    from workup import run as runs
    from workup.clinic import demo as clinic

    folder = out or _free_folder()
    recipe = clinic.recipe(quick)
    _heading(console, 1, "The data")
    _show_data(console, runs.examples(recipe))
    _heading(console, 2, "The training")
    run = _train(console, recipe, folder)
    _heading(console, 3, "The evaluation on held-out cases")
    if quick:
        console.print("  The quick form stops before much is learned; `workup demo` trains longer.")
    evaluation = _evaluate(console, run)
    _heading(console, 4, "The debugging guide's five final test prompts")
    _show_guide_prompts(console, run)
    _heading(console, 5, "One full answer")
    _show_answer(console, evaluation, recipe.notice)
    _show_where(console, folder)


def _free_folder() -> Path:
    number = 1
    while (folder := Path("runs") / f"demo-{number}").exists():
        number += 1
    return folder


def _heading(console: Console, number: int, title: str) -> None:
    console.print(f"\n[bold cyan]{number}  {title}[/]")


def _show_data(console: Console, examples: Examples) -> None:
    from workup.cli.views import table
    from workup.clinic.demo import holdings, unusual
    from workup.data.nearest import NEAR_COPY, nearest

    rows = holdings(examples.train, examples.validation)
    conditions = sum(row.conditions for row in rows)
    console.print(
        f"  {len(examples.train)} training and {len(examples.validation)} validation cases of {conditions} "
        f"conditions in {len(rows)} specialties.\n  The case book says which are for validation: "
        f"other patients in other words, {unusual(examples.validation):.0%} of them atypical or incomplete."
    )
    view = table("specialty", "conditions", "training", "validation")
    for row in rows:
        view.add_row(row.specialty, str(row.conditions), str(row.train), str(row.validation))
    console.print(view)
    neighbours = nearest([e.content for e in examples.validation], [e.content for e in examples.train])
    copies = sum(neighbour.is_near_copy for neighbour in neighbours)
    most = max(neighbour.similarity for neighbour in neighbours)
    console.print(
        f"  Near-copies of a training case among the validation cases: [bold]{copies or 'none'}[/]. "
        f"The most similar pair has an edit similarity of {most:.2f}; a copy has {NEAR_COPY} or more."
    )


def _train(console: Console, recipe: Recipe, folder: Path) -> Run:
    from workup.cli.console import TrainingView
    from workup.run import train

    with TrainingView(console) as view:
        return train(recipe, folder, watch=view)


def _evaluate(console: Console, run: Run) -> Evaluation:
    from workup.cli.console import counting
    from workup.cli.views import show_evaluation

    with counting(console, "answering", len(run.examples.validation)) as progress:
        evaluation = run.evaluate(progress=progress)
    show_evaluation(console, evaluation)
    return evaluation


def _show_guide_prompts(console: Console, run: Run) -> None:
    from workup.cli.views import table
    from workup.clinic.demo import try_guide_prompts
    from workup.clinic.guide import CAVEAT

    view = table("input", "generated", "expected", "status", "nearest training case")
    for tried in try_guide_prompts(run):
        status = "[green]right[/]" if tried.right else "[red]wrong[/]"
        view.add_row(tried.findings, tried.generated, tried.expected, status, f"{tried.similarity:.2f}")
    for column in view.columns[1:3]:
        column.justify = "left"
    console.print(view)
    console.print(f"  {CAVEAT}")


def _show_answer(console: Console, evaluation: Evaluation, notice: str) -> None:
    """The first held-out case that was answered rightly, or the first at all."""
    shown = next((v for v in evaluation.verdicts if v.rank == 1), evaluation.verdicts[0])
    console.print(f"  [dim]input[/]     {shown.source}")
    console.print(
        f"  [dim]answers[/]   {'; '.join(f'{n}. {text}' for n, text in enumerate(shown.answers[:3], 1))}"
    )
    console.print(f"  [dim]expected[/]  {shown.expected}")
    console.print(f"  [dim]{notice}[/]")


def _show_where(console: Console, folder: Path) -> None:
    console.print(
        f"\nEverything is in [bold]{folder}[/]: recipe.yaml, model/ (a standard save_pretrained folder), "
        "log.jsonl, evaluation.json.\nTry next:"
    )
    console.print(
        f'  workup predict {folder} "Symptoms: fever, cough. CRP: 90 mg/L. Imaging: infiltrate." -n 3'
    )
    console.print(f"  workup evaluate {folder}")
    console.print("  workup recipe diff recipes/guide-final.yaml recipes/clinic.yaml")

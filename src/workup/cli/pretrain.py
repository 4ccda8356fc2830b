"""workup pretrain"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def pretrain(
    plan: Annotated[Path, typer.Argument(help="The plan, a YAML file such as plans/builtin.yaml.")],
    corpus: Annotated[
        Path | None, typer.Option(help="Folder of text, JSON lines or tables, instead of the plan's.")
    ] = None,
    teacher: Annotated[
        Path | None, typer.Option(help="Folder of the sentence encoder, instead of the plan's.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the work.  [default: runs/NAME_OF_PLAN]")
    ] = None,
) -> None:
    """Make a base model: read a corpus, learn from a teacher, learn to answer.

    The same command goes on where it was stopped or killed.
    """
    from workup.cli.console import TrainingView, messages, output, quiet_libraries
    from workup.pretraining.plan import Plan

    chosen = Plan.load(plan)
    if corpus:
        chosen = chosen.reading(str(corpus))
    if teacher:
        chosen = chosen.taught_by(str(teacher))
    quiet_libraries()
    from workup.pretraining.pretrain import pretrain as make

    with TrainingView(messages()) as view:
        model = make(chosen, out or Path("runs") / plan.stem, watch=view)
    output().print(f"  The base is in {model}. Fine-tune it: base: {model} in a recipe.")

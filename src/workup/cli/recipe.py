"""workup recipe show, check, diff"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Show a recipe in full, check it before training, compare two.", no_args_is_help=True)

_Recipe = Annotated[Path, typer.Argument(help="A recipe, a YAML file.")]
_Changes = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change one value first.")
]
_Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@app.command(short_help="Print a recipe with all its defaults.")
def show(recipe: _Recipe, changes: _Changes = None, as_json: _Json = False) -> None:
    """Print the complete recipe, defaults and explanations included."""
    from workup.cli.arguments import load_recipe
    from workup.recipe.yaml_form import write

    loaded = load_recipe(recipe, changes or [])
    print(loaded.model_dump_json(indent=2) if as_json else write(loaded), end="\n" if as_json else "")


@app.command(short_help="Prepare a training without starting it.")
def check(recipe: _Recipe, changes: _Changes = None, as_json: _Json = False) -> None:
    """Do everything that comes before the first training step, and write nothing."""
    from workup.cli.arguments import load_recipe
    from workup.cli.console import output, print_json, quiet_libraries, unwritable

    loaded = load_recipe(recipe, changes or [])
    quiet_libraries()
    from workup.run import prepare

    prepared = prepare(loaded)
    event = prepared.event
    facts: dict[str, object] = {
        "training rows": event.train,
        "validation rows": event.validation,
        "optimizer steps": prepared.steps,
        "sources cut": len(event.cut_sources),
        "targets cut": len(event.cut_targets),
        "answers unwritable": len(event.unwritable),
        "base": f"{event.family}, {event.parameters / 1e6:.1f} M weights",
        "automatic choices": "; ".join(event.choices),
    }
    if as_json:
        print_json(facts)
        return
    console = output()
    console.print(f"{recipe} is ready to train:")
    for name, value in facts.items():
        console.print(f"  {name:<18} {value}")
    if event.unwritable:
        console.print(unwritable(event), style="yellow", markup=False)


@app.command(short_help="Explain what differs between two.")
def diff(left: _Recipe, right: _Recipe, as_json: _Json = False) -> None:
    """Say what differs between two recipes, and what each difference means."""
    from workup.cli.arguments import load_recipe
    from workup.cli.console import output, print_json

    differences = load_recipe(left).diff(load_recipe(right))
    if as_json:
        print_json([vars(difference) for difference in differences])
        return
    console = output()
    if not differences:
        console.print(f"{left} and {right} describe the same fine-tune.")
        return
    count = f"{len(differences)} difference{'s' if len(differences) > 1 else ''}"
    console.print(f"From [bold]{left}[/] to [bold]{right}[/]: {count}")
    section = ""
    for difference in differences:
        head, _, name = difference.path.rpartition(".")
        if head != section:
            section = head
            console.print(f"\n[bold]{section}[/]" if section else "")
        console.print(
            f"  {name}: {_value(difference.left)} → [bold]{_value(difference.right)}[/]", markup=True
        )
        console.print(f"    {difference.meaning}", style="dim")


def _value(value: object) -> str:
    from rich.markup import escape

    if value is None:
        return "none"
    return escape(repr(value) if isinstance(value, str) else str(value))

"""The table of verbs. Nothing heavy is imported here: `workup --help` answers at once."""

from __future__ import annotations

import typer

from workup.cli import data, demo, evaluate, predict, recipe, train

app = typer.Typer(
    name="workup",
    help="Fine-tune encoder-decoder language models, and find out why when the result is wrong.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(train.train)
app.command()(evaluate.evaluate)
app.command()(predict.predict)
app.command()(demo.demo)
app.add_typer(recipe.app, name="recipe")
app.add_typer(data.app, name="data")

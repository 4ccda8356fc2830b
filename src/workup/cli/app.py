"""The table of verbs. Nothing heavy is imported here: `workup --help` answers at once."""

from __future__ import annotations

import typer

from workup.cli import (
    audit,
    check_script,
    compare,
    data,
    demo,
    diagnose,
    evaluate,
    examine,
    explain,
    fix,
    isolate,
    keys,
    learn,
    models,
    predict,
    pretrain,
    recipe,
    run,
    serve,
    sweep,
    trace,
    train,
    walkthrough,
)

app = typer.Typer(
    name="workup",
    help="Fine-tune encoder-decoder language models, and find out why when the result is wrong.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # its help pulls in a Markdown parser: twice the time of `workup --help`
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(short_help="Fine-tune as a recipe says, then evaluate.")(train.train)
app.command(short_help="Evaluate a run beside two baselines.")(evaluate.evaluate)
app.command(short_help="Say which of two recipes or runs is better.")(compare.compare)
app.command(short_help="Try many settings; the winner's luck is taken off.")(sweep.sweep)
app.command(short_help="Answer one text, or many.")(predict.predict)
app.command(
    short_help="Run a training script as it is, and say what is wrong.",
    context_settings={
        "allow_extra_args": True,
        "ignore_unknown_options": True,
        "allow_interspersed_args": False,
    },
)(run.run)
app.command(short_help="Say what is wrong with a fine-tune, and why.")(examine.examine)
app.command("check-script", short_help="Look for faults of a script; nothing is run.")(
    check_script.check_script
)
app.command(short_help="Mend a recipe or a script, and prove it.")(fix.fix)
app.command(short_help="Follow one example through every stage.")(trace.trace)
app.command(short_help="Explain a check or a crash by its code.")(explain.explain)
app.command(short_help="Find which difference makes one recipe fail.")(isolate.isolate)
app.command(short_help="Live through the debugging guide's failures, each cured.")(walkthrough.walkthrough)
app.command(short_help="Make a base model from a folder of text.")(pretrain.pretrain)
app.command(short_help="Fine-tune the built-in medical model, offline.")(demo.demo)
app.command(short_help="Answer a case, with reasons, or say that it is not known.")(diagnose.diagnose)
app.command(short_help="Answer over HTTP: an API, CDS Hooks, FHIR and a page.")(serve.serve)
app.add_typer(recipe.app, name="recipe", short_help="Show a recipe, check it, compare two.")
app.add_typer(data.app, name="data")
app.add_typer(learn.app, name="learn", short_help="Take in cases and feedback, and review them.")
app.add_typer(models.app, name="models")
app.add_typer(keys.app, name="keys", short_help="Make keys for the service, and revoke them.")
app.add_typer(audit.app, name="audit", short_help="Read and prove what the service did.")

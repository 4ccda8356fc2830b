"""workup serve"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workup.cli.arguments import DATABASE, FROM_ENVIRONMENT

if TYPE_CHECKING:
    from workup.serve.settings import Settings


def serve(
    run: Annotated[Path | None, typer.Option(metavar="RUN", help="The run whose model answers.")] = None,
    registry: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="A registry: the version answers that serves in a line."),
    ] = None,
    database: Annotated[str, DATABASE] = FROM_ENVIRONMENT,
    host: Annotated[str | None, typer.Option(help="Where to listen.  [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="[default: 8000]")] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="Processes; each holds the model once.  [default: 1]")
    ] = None,
) -> None:
    """Answer over HTTP: an API, CDS Hooks, FHIR and a page for clinicians. Research software.

    Without --run and --registry, the built-in model answers; it is trained first if it is not there. The
    first start prints a key with every role, once. All settings: WORKUP_ variables, as the documentation
    lists them.
    """
    from workup.cli.console import output, quiet_libraries
    from workup.serve import start
    from workup.serve.settings import Settings

    settings = Settings.load(
        run=run, registry=registry, database=database, host=host, port=port, workers=workers
    )
    start.require_free(settings.host, settings.port)
    quiet_libraries()
    console = output()
    folder = _folder(settings)
    key = start.first_key(settings)
    if key is not None:
        console.print(
            f"\n  The first key, with every role. It is shown this once, so keep it: [bold]{key}[/]\n"
            "  Keys for others: workup keys create NAME --role clinician\n"
        )
    if folder is not None:
        _prepare(folder)
    console.print(f"  Workup answers on {settings.public_url} (Ctrl-C ends it)", markup=False)
    start.run(settings)


def _folder(settings: Settings) -> Path | None:
    """The run that answers, trained or not; None: a registry's versions do. It is there, unless built in."""
    from workup.serve.engine.sources import source_of
    from workup.serve.settings import BUILTIN

    if settings.run is not None or settings.registry is not None:
        source_of(settings).require()
    return None if settings.registry is not None else settings.run or BUILTIN


def _prepare(folder: Path) -> None:
    """Train and calibrate what is not: once, here, where it is told, and not in each process that answers."""
    from workup.cli.console import messages, output
    from workup.clinic.assess import Diagnoser

    if not (folder / "model").is_dir() and not (folder / "config.json").is_file():
        _train(folder)
    if not _is_calibrated(folder):
        output().print("  It is calibrated on its validation cases, which takes minutes. This happens once.")
        with messages().status("  calibrating") as status:
            Diagnoser.load(folder, lambda what: status.update(f"  {what}"))


def _is_calibrated(folder: Path) -> bool:
    from workup.clinic.assess.kept import FOLDER, FORMAT, VALUES

    try:
        return bool(json.loads((folder / FOLDER / VALUES).read_text(encoding="utf-8"))["format"] == FORMAT)
    except (OSError, ValueError, KeyError):
        return False


def _train(folder: Path) -> None:
    from importlib import resources

    from workup import run as runs
    from workup.cli.console import TrainingView, messages, output
    from workup.recipe import Recipe

    recipe = Recipe.load(Path(str(resources.files("workup.clinic") / "recipes" / "diagnoser.yaml")))
    output().print(
        f"  There is no model in {folder} yet: it is trained now, offline, which takes some ten minutes. "
        "This happens once.",
        markup=False,
    )
    begun = (folder / "recipe.yaml").is_file()
    with TrainingView(messages()) as view:
        runs.train(recipe, folder, resume=begun, watch=view)

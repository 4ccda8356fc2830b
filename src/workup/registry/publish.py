"""Publishing: a finished run becomes a version, with all that decides whether it may serve."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from workup.errors import RegistryError
from workup.registry.decisions import account
from workup.registry.evidence import EVALUATION, REPORT, Case, results_json
from workup.registry.learned import LEARNED
from workup.registry.lines import GENERAL, checked, lines
from workup.registry.registry import Registry
from workup.registry.second import Progress, evaluated, second_run, witness
from workup.registry.storing import RECIPE, Material, store
from workup.registry.trained import trained_rows
from workup.registry.version import DIAGNOSER, MODEL, Version

if TYPE_CHECKING:
    from workup.clinic.assess import Diagnoser
    from workup.run import Run

# Of a run's folder, beside its model and what the diagnoser learned.
_FILES = (RECIPE, "run.json", "log.jsonl", EVALUATION, REPORT, "report.html", LEARNED)


def publish(
    registry: Registry,
    run: str | Path,
    line: str = GENERAL,
    *,
    second: str | Path | None = None,
    note: str = "",
    by: str | None = None,
    progress: Progress = lambda what: None,
) -> Version:
    """Make a finished run the newest version of a line, and so its candidate. Nothing serves by that.

    The diagnoser answers the run's validation cases and the golden cases, which takes minutes.

    Args:
        second: the run of a second training of the same recipe, as `second.train_again` makes it.
        by: who publishes; None: the account that runs this.

    Raises:
        RegistryError: there is no such line, the model knows nothing of its specialty, or the second run is
            not one of the same recipe with another seed.
        RunError, DataError, ModelError: the run cannot be used.
        SaveError: it cannot be written; nothing is published then.
    """
    line = checked(line)
    made = _made(registry, run, line, second, note, by or account(), progress)
    progress("storing")
    return store(registry, made)


def _made(
    registry: Registry,
    run: str | Path,
    line: str,
    second: str | Path | None,
    note: str,
    by: str,
    progress: Progress,
) -> Material:
    from workup.clinic.assess import Diagnoser
    from workup.registry.answering import answer
    from workup.registry.golden import ask, fingerprint, golden_cases
    from workup.run import Run

    cases = golden_cases(line, registry.golden)
    again = None if second is None else second_run(Run.load(run), second)
    progress("loading")
    diagnoser = Diagnoser.load(run, progress)
    _require_knowledge(diagnoser, line)
    evaluated(diagnoser.run, progress)
    answered: list[Case] = []
    for form in diagnoser.known.forms:
        progress(f"answering the validation cases as {form}")
        answered += answer(diagnoser, form)
    asked = ask(diagnoser, cases, lambda done: progress(f"asking golden case {done} of {len(cases)}"))
    fitted = next(iter(diagnoser.known.forms.values()))
    return Material(
        line=line,
        run=diagnoser.run.folder.resolve().name,
        note=note,
        by=by,
        data=diagnoser.known.data,
        conditions=len(diagnoser.known.conditions),
        files=dict(_files(diagnoser.run)),
        results=results_json(
            1 - fitted.calibration.thresholds.alpha,
            answered,
            asked,
            fingerprint(cases),
            None if again is None else witness(again, progress),
        ),
        trained=trained_rows(diagnoser.run),
    )


def _require_knowledge(diagnoser: Diagnoser, line: str) -> None:
    from workup.clinic.book import conditions

    specialty = lines()[line]
    theirs = {one.name for where, one in conditions() if where.specialty == specialty}
    if specialty is not None and not theirs & set(diagnoser.known.conditions):
        raise RegistryError(
            f"{diagnoser.run.folder} knows no condition of {specialty}, so it is no model for the line {line}"
        )


def _files(run: Run) -> Iterator[tuple[str, Path]]:
    """Every file of a run that becomes part of the version, with its path there."""
    for name in _FILES:
        if (run.folder / name).is_file():
            yield name, run.folder / name
    for name, folder in ((MODEL, run.model_folder), (DIAGNOSER, run.folder / DIAGNOSER)):
        inner = run.model_folder == run.folder and name == MODEL
        for path in sorted(folder.iterdir()):
            if path.is_file() and not (inner and path.name in _FILES[1:]):
                yield f"{name}/{path.name}", path

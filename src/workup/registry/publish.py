"""Publishing: a finished run becomes a version, with all that decides whether it may serve."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from workup.files import sha256
from workup.registry.decisions import account
from workup.registry.errors import RegistryError
from workup.registry.evidence import EVALUATION, REPORT, Case, Second, results_json, top1_of
from workup.registry.lines import GENERAL, checked, lines
from workup.registry.registry import Registry
from workup.registry.storing import DIGITS, RECIPE, Material, store
from workup.registry.version import DIAGNOSER, MODEL, Version

if TYPE_CHECKING:
    from workup.clinic.assess import Diagnoser
    from workup.run import Run

_WEIGHTS = "model.safetensors"
# Of a run's folder, beside its model and what the diagnoser learned.
_FILES = (RECIPE, "run.json", "log.jsonl", EVALUATION, REPORT, "report.html")

Progress = Callable[[str], None]


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
        second: the run of a second training of the same recipe.
        by: who publishes; None: the account that runs this.

    Raises:
        RegistryError: there is no such line, the model knows nothing of its specialty, or the second run is
            not one of the same recipe.
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
    again = None if second is None else _second_run(Run.load(run), second)
    progress("loading")
    diagnoser = Diagnoser.load(run, progress)
    _require_knowledge(diagnoser, line)
    _evaluated(diagnoser.run, progress)
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
            None if again is None else _second(again, progress),
        ),
    )


def _require_knowledge(diagnoser: Diagnoser, line: str) -> None:
    from workup.clinic.book import conditions

    specialty = lines()[line]
    theirs = {one.name for where, one in conditions() if where.specialty == specialty}
    if specialty is not None and not theirs & set(diagnoser.known.conditions):
        raise RegistryError(
            f"{diagnoser.run.folder} knows no condition of {specialty}, so it is no model for the line {line}"
        )


def _evaluated(run: Run, progress: Progress) -> Path:
    """The run's evaluation on its validation cases, made now where there is none."""
    path = run.folder / EVALUATION
    if not path.is_file():
        progress("evaluating")
        run.evaluate()
    return path


def _second_run(first: Run, folder: str | Path) -> Run:
    """The run of a second training, looked at before any long work.

    Raises:
        RegistryError: it is the first itself, or of another recipe.
    """
    from workup.compare.sides import differences
    from workup.run import Run

    second = Run.load(folder)
    if second.folder.resolve() == first.folder.resolve():
        raise RegistryError(f"{folder} is the run itself; train its recipe a second time, in another folder")
    if differing := differences(first.recipe, second.recipe):
        told = "\n".join(f"  {d.path}: {d.left!r} there, {d.right!r} here" for d in differing)
        raise RegistryError(f"{folder} is no second training of the recipe of {first.folder}:\n{told}")
    return second


def _second(second: Run, progress: Progress) -> Second:
    """What is kept of a second training."""
    weights = sha256(second.model_folder / _WEIGHTS)[:DIGITS]
    top1 = top1_of(_evaluated(second, progress))
    return Second(second.folder.resolve().name, second.recipe.seed, weights, top1)


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

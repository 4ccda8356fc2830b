"""A second training of a run's recipe: the witness that its result is no accident of one seed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from workup.errors import RegistryError
from workup.files import sha256
from workup.registry.evidence import EVALUATION, Second, top1_of

if TYPE_CHECKING:
    from workup.pipeline.events import Event
    from workup.run import Run

_WEIGHTS, _DIGITS = "model.safetensors", 12
_SUFFIX = "-again"

Progress = Callable[[str], None]


def train_again(folder: str | Path, progress: Progress = lambda what: None) -> Path:
    """Train a run's recipe with the next seed, in a folder beside it; one that was begun goes on.

    Returns:
        The folder of the second run: that of the first with `-again`.

    Raises:
        RunError: the first has not finished, or the second folder holds something else.
        DataError, ModelError, Interrupted, SaveError: see `workup.run.train`.
    """
    from workup.run import MODEL, Run, train

    first = Run.load(folder)
    place = first.folder.with_name(f"{first.folder.resolve().name}{_SUFFIX}")
    if (place / MODEL).is_dir():
        return place
    progress(f"training the recipe a second time, in {place}")
    recipe = first.recipe.change("seed", first.recipe.seed + 1)
    return train(recipe, place, resume=place.exists(), watch=_steps(progress)).folder


def second_run(first: Run, folder: str | Path) -> Run:
    """The run of a second training, looked at before any long work.

    Raises:
        RegistryError: it is of another recipe, or has the weights of the first: a copy, or the same seed.
    """
    from workup.compare.sides import differences
    from workup.run import Run

    second = Run.load(folder)
    if differing := differences(first.recipe, second.recipe):
        told = "\n".join(f"  {d.path}: {d.left!r} there, {d.right!r} here" for d in differing)
        raise RegistryError(f"{folder} is no second training of the recipe of {first.folder}:\n{told}")
    if _weights(second) == _weights(first):
        raise RegistryError(
            f"{folder} has the very weights of {first.folder}: it is the run itself, a copy, or the same "
            "seed once more, and shows nothing. --again trains the recipe with another seed"
        )
    return second


def witness(second: Run, progress: Progress) -> Second:
    """What a version keeps of a second training; it is evaluated now where it was not."""
    top1 = top1_of(evaluated(second, progress))
    return Second(second.folder.resolve().name, second.recipe.seed, _weights(second), top1)


def evaluated(run: Run, progress: Progress) -> Path:
    """The run's evaluation on its validation cases, made now where there is none."""
    path = run.folder / EVALUATION
    if not path.is_file():
        progress(f"evaluating {run.folder}")
        run.evaluate()
    return path


def _weights(run: Run) -> str:
    return sha256(run.model_folder / _WEIGHTS)[:_DIGITS]


def _steps(progress: Progress) -> Callable[[Event], None]:
    from workup.pipeline.events import Started, Stepped

    total = 0

    def watch(event: Event) -> None:
        nonlocal total
        if isinstance(event, Started):
            total = event.steps
        elif isinstance(event, Stepped):
            progress(f"training the recipe a second time: step {event.step} of {total}")

    return watch

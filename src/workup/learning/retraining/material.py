"""What a line may learn now: its serving version, the cases that are new to it, and what was taken back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workup.errors import RegistryError, RunError
from workup.learning.copies import Texts
from workup.learning.references import reserved
from workup.learning.release import Released, released
from workup.learning.retraining.bar import barred
from workup.learning.retraining.rows import Case, answer_of, case_rows, divided
from workup.learning.retraining.ways import Lesson, Start
from workup.recipe import Recipe
from workup.registry import Registry, Version
from workup.registry.learned import Learned, LearnedItem
from workup.registry.lines import lines
from workup.registry.storing import RECIPE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workup.data.rows import Row

_DIGITS = 12
_SUMMARY = "run.json"


@dataclass(frozen=True)
class Material:
    """Everything that a retraining of a line begins with.

    Attributes:
        version: the one that serves; `start`: its weights.
        lesson: all rows; the last of `lesson.old` are the cases of `known`.
        items, known: released cases that are new to the version, and those that it learned already.
        unknown: released cases of conditions that it does not know, counted; they are not learned.
        withdrawn: what it has learned and must not have, in words. Its weights are not gone on from then.
    """

    version: Version
    start: Start
    lesson: Lesson
    items: tuple[Released, ...]
    known: tuple[Released, ...]
    unknown: Mapping[str, int]
    withdrawn: tuple[str, ...]

    def learned(self, way: str) -> Learned:
        """What a version that is trained in this way has learned."""
        return Learned(
            way=way,
            after=self.version.name,
            steps=self.start.steps + self.lesson.steps,
            recipe=self.lesson.recipe.model_dump(mode="json"),
            items=tuple(map(_learned, (*self.known, *self.items))),
            new=len(self.items),
        )


def serving(registry: Registry, line: str) -> Version:
    """The version of a line that is to learn.

    Raises:
        RegistryError: none serves, it is damaged, or it was itself continued by hand from another run.
    """
    line = registry.line(line)
    version = registry.serving(line)
    if version is None:
        raise RegistryError(
            f"nothing serves in {line}, and learning goes on from what serves: workup models promote {line}"
        )
    version.require_usable()
    return version


def gather(session: Session, version: Version, only: Collection[str] | None = None) -> Material:
    """What the version may learn, looked up anew.

    Args:
        only: fingerprints; of the new cases no others are taken. None: all of them.

    Raises:
        RegistryError: the version does not say how it was made.
        RecipeError: its recipe reads or says more than a case and its diagnosis.
        DataError: the data of its recipe cannot be used.
    """
    before = version.learned
    recipe = _recipe(version, before)
    split = divided(recipe)
    free = [one for one in released(session) if lines()[version.line] in (None, one.specialty)]
    learned = {(item.fingerprint, item.diagnosis) for item in before.items} if before else set()
    conditions = {answer_of(row, recipe) for row in split.train}
    known = [one for one in free if (one.fingerprint, one.diagnosis) in learned]
    new = [one for one in free if (one.fingerprint, one.diagnosis) not in learned]
    items = [one for one in new if one.diagnosis in conditions and (only is None or one.fingerprint in only)]
    allowed, withdrawn = _sorted(split.train, recipe, reserved(session))
    withdrawn += _taken_back(before, known)
    old = [*allowed, *case_rows(map(_case, known), recipe, split.train)]
    return Material(
        version=version,
        start=Start(version.folder, _steps(version, before)),
        lesson=Lesson(recipe, old, case_rows(map(_case, items), recipe, split.train), split.validation),
        items=tuple(items),
        known=tuple(known),
        unknown=Counter(one.diagnosis for one in new if one.diagnosis not in conditions),
        withdrawn=tuple(withdrawn),
    )


def require_unchanged(session: Session, material: Material) -> None:
    """Refuse to go on with what has been taken back, decided otherwise or reserved since it was gathered.

    Raises:
        RunError: something was.
    """
    now = gather(session, material.version, [one.fingerprint for one in material.items])
    if (now.items, now.known, now.withdrawn) != (material.items, material.known, material.withdrawn):
        raise RunError(
            "what may be learned has changed during the training, so nothing was published: a case was taken "
            "back, decided otherwise or reserved. The same command trains on what is left"
        )


def _recipe(version: Version, before: Learned | None) -> Recipe:
    """How the line is trained from its base."""
    if before is not None:
        return Recipe.model_validate_json(json.dumps(before.recipe))
    recipe = Recipe.load(version.folder / RECIPE).model_copy(update={"environment": {}})
    if recipe.training.continue_from is not None:
        raise RegistryError(
            f"{version.name} was continued by hand from {recipe.training.continue_from}, so nothing says how "
            "its line is trained from the base; promote a version that was trained from its base"
        )
    return recipe


def _steps(version: Version, before: Learned | None) -> int:
    """Optimizer steps since the base.

    Raises:
        RegistryError: nothing says how many.
    """
    if before is not None:
        return before.steps
    try:
        summary = json.loads((version.folder / _SUMMARY).read_text(encoding="utf-8"))
        return int(summary["steps"])
    except (OSError, ValueError, KeyError) as error:
        raise RegistryError(
            f"nothing says how many steps {version.name} was trained for ({_SUMMARY}: {error}), so no other "
            "training can be made of equal length; publish and promote a run of `workup train`"
        ) from None


def _sorted(rows: Iterable[Row], recipe: Recipe, never: Texts) -> tuple[list[Row], list[str]]:
    """Rows that may be trained on, and what the others are, in words."""
    allowed, others = [], []
    for row in rows:
        copy = barred(row, recipe, never)
        if copy is None:
            allowed.append(row)
        else:
            others.append(f"{row.place} is {copy}")
    return allowed, others


def _taken_back(before: Learned | None, known: Iterable[Released]) -> list[str]:
    still = {one.fingerprint for one in known}
    return [
        f"item {item.item} ({item.diagnosis}) is no longer released as that"
        for item in (before.items if before else ())
        if item.fingerprint not in still
    ]


def _case(one: Released) -> Case:
    return Case(f"released-{one.fingerprint[:_DIGITS]}", one.text, one.diagnosis)


def _learned(one: Released) -> LearnedItem:
    return LearnedItem(one.fingerprint, one.item, one.diagnosis, one.sender, one.reviewers)

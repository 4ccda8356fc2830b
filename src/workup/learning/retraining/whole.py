"""The whole way from released cases to a candidate that the gates have judged."""

from __future__ import annotations

import random
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from workup.compare import SweepPlan, progress, sweep
from workup.compare.answers import answers
from workup.compare.outcomes import outcomes, right
from workup.compare.report import save_sweep
from workup.compare.sides import Side, cases_of
from workup.data.export import write_rows
from workup.errors import WorkupError
from workup.files import write_json, write_text
from workup.learning.drift import drift
from workup.learning.reservations import reserved_in
from workup.learning.retraining.bar import require_unbarred
from workup.learning.retraining.forgetting import Forgetting
from workup.learning.retraining.material import Material, gather, require_unchanged, serving
from workup.learning.retraining.outcome import FORMAT, Outcome, Trained
from workup.learning.retraining.rounds import REPORT, Round, begin, locked, unfinished
from workup.learning.retraining.ways import WAYS, Way, unwatched, write_ways
from workup.learning.store import opened
from workup.recipe import Recipe
from workup.registry import Registry, Version, publish
from workup.registry.decisions import now
from workup.registry.learned import LEARNED
from workup.registry.promotion import gates
from workup.registry.storing import RECIPE
from workup.run import CHECKPOINTS, MODEL, train
from workup.trials import Trial

if TYPE_CHECKING:
    from workup.evaluation.paired import Right

SEEDS, AT_LEAST = 3, 20
# So many cases of the training before are asked once more.
_REMEMBERED = 200


@dataclass(frozen=True)
class Order:
    """What is to be done.

    Attributes:
        database: of the learning store; folder: of all retrainings, one in it for each line.
        seeds: trainings of each way, at least two: the second of the chosen way is published as its witness.
        at_least: with fewer cases that are in no version yet nothing is trained; 0: with none of them too.
        workers: trainings at a time.
    """

    database: str
    registry: Registry
    line: str
    folder: Path
    seeds: int = SEEDS
    at_least: int = AT_LEAST
    workers: int = 1


def retrain(order: Order, watch: progress.Watch = progress.ignore) -> Outcome:
    """Learn what is new, if it is enough; examine, publish and judge the result. Nothing serves by that.

    Only one process at a time does this in a folder. One that was killed goes on with the same call, with
    the cases that it began with. `report.json` in the line's folder says what came of it, failures too.

    Raises:
        RegistryError: nothing serves in the line, or what serves cannot be gone on from.
        RunError: another process is at it, a training failed, or what may be learned changed meanwhile.
        DataError, RecipeError, SaveError: store, data or folder cannot be used.
        Interrupted: Ctrl-C; the same call goes on.
    """
    version = serving(order.registry, order.line)
    folder = order.folder.resolve() / version.line
    with locked(folder):
        try:
            outcome = _whole(order, version, folder, watch)
        except WorkupError as error:
            told = {"format": FORMAT, "state": "failed", "when": now(), "line": version.line}
            write_json(folder / REPORT, {**told, "error": str(error)})
            raise
        write_json(folder / REPORT, outcome.to_json())
    return outcome


def _whole(order: Order, version: Version, folder: Path, watch: progress.Watch) -> Outcome:
    begun = unfinished(folder, version.name)
    with opened(order.database) as session:
        material = gather(session, version, begun.fingerprints if begun else None)
        drifted = [one for one in drift(session).shifts if one.drifted] if material.items else []
    outcome = Outcome(
        when=now(),
        unseen=_unseen(order.registry, material),
        at_least=order.at_least,
        material=material,
        drift=tuple(f"{one.specialty}, {one.measure}: {one.told}" for one in drifted),
    )
    if begun is not None and not material.items:
        begun.finish({"state": "abandoned", "why": "none of its cases is released any more"})
        return _whole(order, version, folder, watch)
    if begun is None:
        if not material.items or outcome.unseen < order.at_least:
            return outcome
        begun = begin(folder, version.name, [one.fingerprint for one in material.items])
    trained = _trained(order, material, begun, watch)
    outcome = replace(outcome, folder=str(begun.folder), trained=trained)
    begun.finish(outcome.to_json())
    return outcome


def _unseen(registry: Registry, material: Material) -> int:
    """How many new cases no version has learned: a candidate that waits, or was stopped, has learned some."""
    learned = (version.learned for version in registry.versions(material.version.line))
    known = {(item.fingerprint, item.diagnosis) for one in learned if one for item in one.items}
    return sum((one.fingerprint, one.diagnosis) not in known for one in material.items)


def _trained(order: Order, material: Material, begun: Round, watch: progress.Watch) -> Trained:
    """Choose a way, train, examine, publish, judge."""
    folder = begun.folder
    ways: tuple[Way, ...] = ("fresh",) if material.withdrawn else WAYS
    recipes = write_ways(material.lesson, material.start, folder, ways)
    with opened(order.database) as session:
        for recipe in recipes.values():
            require_unbarred(session, recipe)
    plan = _plan(material.version, recipes, order.seeds)
    choice = sweep(plan, folder, workers=order.workers, watch=watch)
    if len(ways) > 1:
        save_sweep(choice, folder)
    way = ways[choice.tried.index(choice.recommended)]
    run, second = _runs(recipes[way], way, plan.seeds[:2], folder, watch)
    forgetting = dict(zip(ways, _forgetting(material.version, plan, folder), strict=True))
    remembered = _remembered(material, run, folder)
    watch(progress.Doing("examining", 0, 1))
    _examine(run)
    watch(progress.Doing("examining", 1, 1))
    with opened(order.database) as session:  # trainings take hours
        require_unchanged(session, material)
        require_unbarred(session, recipes[way])
    watch(progress.Doing("publishing", 0, 1))
    published = _published(order.registry, material, way, run, second)
    watch(progress.Doing("publishing", 1, 1))
    verdicts = gates(order.registry, published, material.version, reserved_in(order.database))
    return Trained(choice, way, forgetting, remembered, published.name, verdicts)


def _plan(version: Version, recipes: Mapping[Way, Recipe], seeds: int) -> SweepPlan:
    """The comparison of the ways; the first, fresh, is kept unless another is proved to be better."""
    fresh = recipes["fresh"]
    return SweepPlan(
        name=version.name,
        settings=tuple(((("way", way),), unwatched(recipe)) for way, recipe in recipes.items()),
        seeds=tuple(range(fresh.seed, fresh.seed + seeds)),
        cases=cases_of(fresh, Side("fresh", fresh).test(None)),
        test=None,
        notes=("All ways have taken equally many optimizer steps since the base.",),
        run=None,
    )


def _runs(
    recipe: Recipe, way: Way, seeds: Sequence[int], folder: Path, watch: progress.Watch
) -> tuple[Path, Path]:
    """The run that is published, and its witness; each is trained once and goes on where it was stopped."""
    tally = progress.Tally("training what is published", len(seeds), watch)
    made = []
    for piece, seed in enumerate(seeds):
        seeded = recipe.change("seed", seed)
        path = folder / f"{way}-{Trial(seeded).key[:8]}"
        if not (path / RECIPE).is_file():
            shutil.rmtree(path, ignore_errors=True)  # killed before it had begun
        if not (path / MODEL).is_dir():
            train(seeded, path, resume=path.exists(), watch=tally.training(piece))
        shutil.rmtree(path / CHECKPOINTS, ignore_errors=True)
        tally.tell(piece, 1.0)
        made.append(path)
    return made[0], made[1]


def _forgetting(version: Version, plan: SweepPlan, folder: Path) -> list[Forgetting]:
    """Of every way, on the validation cases; what the ways answered stands in the journal."""
    recipes = [recipe for _, recipe in plan.settings]
    before = _right(version.folder, folder, recipes[0].data.validation_source)
    seeded = [[recipe.change("seed", seed) for seed in plan.seeds] for recipe in recipes]
    found = outcomes(seeded, folder, test=None, workers=1, watch=progress.ignore)
    return [Forgetting.of(before, right(one), plan.cases.groups) for one in found]


def _remembered(material: Material, run: Path, folder: Path) -> Forgetting | None:
    """Of the published run, on cases of the training before; None where there are too few."""
    old = material.lesson.old
    if len(old) < 2:
        return None
    path = folder / "remembered.jsonl"
    path.unlink(missing_ok=True)
    write_rows(random.Random(0).sample(list(old), min(_REMEMBERED, len(old))), path)
    before, after = (_right(model, folder, str(path)) for model in (material.version.folder, run))
    return Forgetting.of(before, after[None])


def _right(model: Path, folder: Path, test: str | None) -> Right:
    """(N,) whether a model's first answer to each row of a file is right."""
    found: Right = right(answers(model, [Recipe.load(model / RECIPE)], folder, test))[0]
    return np.asarray(found)


def _examine(run: Path) -> None:
    """Examine a run and keep the report in its folder, as `workup examine` does."""
    from workup.examine.checks import CATALOGUE
    from workup.examine.gather.from_run import of_run
    from workup.examine.measurements import MEASUREMENTS
    from workup.examine.report.as_json import to_json
    from workup.examine.report.html import render
    from workup.examine.runner import run as examined

    report = examined(of_run(run), CATALOGUE, MEASUREMENTS)
    write_text(run / "report.html", render(report, str(run)))
    write_json(run / REPORT, to_json(report))


def _published(registry: Registry, material: Material, way: Way, run: Path, second: Path) -> Version:
    """The version of the run; the one that is there, where a killed command had come so far."""
    versions = registry.versions(material.version.line)
    there = next((one for one in versions if one.manifest.run == run.name), None)
    if there is not None:
        return there
    write_json(run / LEARNED, material.learned(way).to_json())
    note = f"{len(material.items)} released cases learned since {material.version.name} ({way})."
    return publish(registry, run, material.version.line, second=second, note=note)

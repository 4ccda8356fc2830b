"""From a working and a failing fine-tune to what makes the difference: the cheapest stage first."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from workup.errors import RecipeError
from workup.isolate import oracles
from workup.isolate.differences import Difference, Pair, Side, choose
from workup.isolate.isolation import Isolation
from workup.isolate.measuring import Measuring, Tried, Watch
from workup.isolate.oracles import Skipped
from workup.isolate.scripts import Command, ScriptPair
from workup.isolate.search import search
from workup.isolate.setting import Setting
from workup.trials import Runner, environments

AnyPair = Pair | ScriptPair
Note = Callable[[str], None]
# Trainings at full length that check what short ones have found take minutes each: this many seeds.
_CHECKED = 1


@dataclass(frozen=True)
class Isolated:
    """What came of an isolation.

    Attributes:
        differences: those that were tried.
        skipped: those that cannot matter, each with the reason.
        found: what the search says; None where no difference was left to try.
        share: the share of the training's length that the answer rests on.
        tried: every trial, in the order in which they were asked for.
        seconds: wall-clock time.
    """

    pair: AnyPair
    metric: str
    lower_is_better: bool
    differences: tuple[Difference, ...]
    skipped: tuple[Skipped, ...]
    found: Isolation | None
    share: float
    tried: tuple[Tried, ...]
    seconds: float

    @property
    def culprits(self) -> tuple[Difference, ...]:
        """The differences that make the difference, in the order of the recipe's fields."""
        names = self.found.culprits if self.found else ()
        return tuple(one for one in self.differences if one.name in names)

    @property
    def mended(self) -> Side | Command:
        """The failing side with the culprits, and nothing else, as on the working side."""
        everything = {one.name for one in self.pair.differences}
        return self.pair.mixed(everything - {one.name for one in self.culprits})


def isolate(
    pair: AnyPair,
    folder: Path,
    *,
    metric: str = "top1",
    lower_is_better: bool = False,
    axes: Sequence[str] = (),
    short: float | None = None,
    budget: int = 60,
    workers: int = 1,
    ray: str | None = None,
    watch: Watch = lambda tried: None,
    note: Note = lambda doing: None,
) -> Isolated:
    """Find the smallest set of differences that makes the failing side of a pair worse than the working one.

    Differences that cannot matter are skipped; what remains is tried in fresh processes, whose outcomes are
    kept in `folder`: the same call goes on where it was stopped.

    Args:
        metric: of recipes "top1", "top3" or "loss"; of scripts what they print before the number.
        lower_is_better: whether a lower value is the better one; of recipes' loss it is.
        axes: dotted paths, sections, or "environment": only differences under them are tried, the others
            stay as on the working side. Empty: all.
        short: search on trainings shortened to this share of their epochs first, and check at full length
            what they find; where they show nothing, the search is done at full length. None: full at once.
        budget: trials at most, of each length.
        workers, ray: see `workup.trials.Runner`.
        watch: is given all trials whenever one of them gets on.
        note: is told what is done before and between them.

    Raises:
        RecipeError: the sides do not differ, or not under an axis.
        DataError, ModelError: the data or base of a side cannot be used.
        RunError: the working side fails, an environment cannot be built, or a trial was lost.
        Interrupted: Ctrl-C; the same call goes on.
    """
    started = time.monotonic()
    if not pair.differences:
        raise RecipeError("the two sides are the same: nothing differs, so there is nothing to find")
    chosen = choose(pair.differences, axes) if axes else list(pair.differences)
    skipped = _skipped(pair, chosen, metric, note)
    left = [one for one in chosen if one not in [other.difference for other in skipped]]
    if left:
        for environment in filter(None, (pair.good.environment, pair.bad.environment)):
            environments.build(environment, note)
    names = [one.name for one in left]
    with Runner(folder, workers=workers, ray=ray) as runner:
        measuring = Measuring(pair, runner, metric, lower_is_better, watch)
        found, share = _searched(measuring, names, short, budget, note) if left else (None, 0.0)
    seconds = time.monotonic() - started
    return Isolated(
        pair,
        metric,
        lower_is_better,
        tuple(left),
        tuple(skipped),
        found,
        share,
        tuple(measuring.tried),
        seconds,
    )


def _skipped(pair: AnyPair, chosen: Sequence[Difference], metric: str, note: Note) -> list[Skipped]:
    """What cannot matter: told by rules, then by the ids of all rows. Of scripts nothing can be told."""
    if isinstance(pair, ScriptPair):
        return []
    skipped = [one for one in oracles.by_rules(pair, metric) if one.difference in chosen]
    left = [one for one in chosen if one not in [other.difference for other in skipped]]
    if left:
        note("comparing the ids of all rows")
        skipped += oracles.by_ids(pair, left)
    return skipped


def _searched(
    measuring: Measuring, names: Sequence[str], short: float | None, budget: int, note: Note
) -> tuple[Isolation, float]:
    """What the search finds on short trainings if it holds at full length; else what full ones say."""
    if short is not None and short < 1:
        found = search(names, measuring.at(short), most=budget, side_by_side=measuring.runner.workers)
        if found.verdict == "culprit":
            note(f"short trainings say: {', '.join(sorted(found.culprits))}; checking at full length")
            if _holds(measuring, names, found.culprits):
                return found, short
        note("short trainings do not settle it; searching at full length")
    return search(names, measuring.at(1.0), most=budget, side_by_side=measuring.runner.workers), 1.0


def _holds(measuring: Measuring, names: Sequence[str], culprits: frozenset[str]) -> bool:
    """Whether at full length, too, the culprits alone break the good side and their lack mends the bad one.

    Each mixture must lie nearer to the end that it should be like, in the mean over a few seeds.
    """
    everything = frozenset(names)
    ends = [frozenset(), everything, culprits, everything - culprits]
    settings = [Setting(changed, seed) for changed in dict.fromkeys(ends) for seed in range(_CHECKED)]
    # A failed training, nan, is worse than everything.
    values = [-math.inf if math.isnan(value) else value for value in measuring.at(1.0)(settings)]
    means = {
        changed: sum(v for one, v in zip(settings, values, strict=True) if one.changed == changed) / _CHECKED
        for changed in ends
    }
    good, bad, broken, mended = (means[changed] for changed in ends)
    middle = (good + bad) / 2
    return mended > middle >= broken

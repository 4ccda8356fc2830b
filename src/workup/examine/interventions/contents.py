"""Remedies of what the rows say: two trainings from the same weights, on these rows and on better ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import replace
from itertools import cycle, islice
from typing import Any

from workup.evaluation.metrics import normalise
from workup.examine.experiment.setup import Setup
from workup.examine.interventions.changes import retrained
from workup.examine.interventions.cure import Cure, Intervention, intervention
from workup.examine.interventions.views import Changed
from workup.examine.measurements.texts import plain

# Five questions that fall and none that rises are the fewest that prove anything.
_LEAST = 5


def _with_positions(setup: Setup, positions: Sequence[int]) -> Setup:
    assert setup.training is not None
    return retrained(setup, rows=Changed(setup.training.rows, positions=positions))


@intervention("INP002", trains=True)
def one_target_a_source(setup: Setup, train_pairs: Any) -> Cure | None:
    """Train with one target for each source, and with all of them."""
    count = len(train_pairs)
    keys = [(plain(pair.source).casefold(), plain(pair.target).casefold()) for pair in train_pairs]
    often: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for source, target in keys:
        often[source][target] += 1
    # Of equally frequent ones the first: a Counter keeps the order in which they came.
    chosen = {source: targets.most_common(1)[0][0] for source, targets in often.items()}
    kept = [place for place, (source, target) in enumerate(keys) if target == chosen[source]]
    if len(kept) == count:
        return None
    what = f"one target for each source, the first of its most frequent: {len(kept)} of {count} rows"
    return Cure(what, _with_positions(setup, kept))


@intervention("INP003", trains=True)
def targets_balanced(setup: Setup, train_pairs: Any) -> Cure | None:
    """Train with every target equally often, and with the rows as they are."""
    groups = _grouped([plain(pair.target) for pair in train_pairs])
    if len(groups) < 2:
        return None
    often = max(map(len, groups.values()))
    positions = [place for group in groups.values() for place in islice(cycle(group), often)]
    return Cure(f"each of {len(groups)} targets {often} times", _with_positions(setup, positions))


@intervention("INP006", trains=True)
def asked_rows_left_out(setup: Setup, train_pairs: Any) -> Cure | None:
    """Train without rows that are asked, and with them in the place of as many others that are asked too."""
    rows = _grouped([_key(pair.source) for pair in train_pairs])
    leaked = [one for one in setup.questions if _key(one.source) in rows]
    # Asked is one half; both trainings have equally many rows, so that only which they are can matter.
    asked, others = leaked[::2], leaked[1::2]
    if len(others) < _LEAST:
        return None
    with_it, without = (
        [place for place in range(len(train_pairs)) if place not in left_out]
        for left_out in (_places(rows, others), _places(rows, asked))
    )
    setup = replace(setup, questions=tuple(asked))
    return Cure(
        f"{len(asked)} questions that are training rows left out of the training",
        _with_positions(setup, without),
        _with_positions(setup, with_it),
        flattered=True,
    )


def _grouped(keys: Sequence[Hashable]) -> dict[Any, list[int]]:
    """The positions of each key, in the order in which keys come."""
    groups: dict[Any, list[int]] = {}
    for place, key in enumerate(keys):
        groups.setdefault(key, []).append(place)
    return groups


def _places(rows: dict[str, list[int]], questions: Sequence[Any]) -> set[int]:
    """The training rows with the sources of these questions."""
    return {place for one in questions for place in rows[_key(one.source)]}


def _key(source: str) -> str:
    """A source without what copies may differ in."""
    return normalise(source) or plain(source)


CONTENTS: tuple[Intervention, ...] = (one_target_a_source, targets_balanced, asked_rows_left_out)

"""Which differences cannot matter, found before anything is trained: the cheapest stage first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workup.errors import WorkupError
from workup.isolate.differences import Difference, Pair
from workup.trials.trial import digest

if TYPE_CHECKING:
    from workup.recipe import Recipe

# Sections of a recipe that decide on the ids a model is trained and tested on.
_BEFORE_TRAINING = ("data", "prompt", "target", "tokens")


@dataclass(frozen=True)
class Skipped:
    """A difference that is not tried, and why it cannot matter."""

    difference: Difference
    reason: str


@dataclass(frozen=True)
class _Rule:
    """The paths it speaks of, whether they are without effect (good, bad, metric), and why."""

    paths: tuple[str, ...]
    holds: Callable[[Recipe, Recipe, str], bool]
    reason: str


def _always(good: Recipe, bad: Recipe, metric: str) -> bool:
    return True


def _no_early_stopping(good: Recipe, bad: Recipe, metric: str) -> bool:
    return good.training.early_stopping is None and bad.training.early_stopping is None


def _no_fraction(good: Recipe, bad: Recipe, metric: str) -> bool:
    return "fraction" not in (good.data.split, bad.data.split)


def _nothing_drawn(good: Recipe, bad: Recipe, metric: str) -> bool:
    return _no_fraction(good, bad, metric) and good.data.limit is None and bad.data.limit is None


def _both_continue(good: Recipe, bad: Recipe, metric: str) -> bool:
    return good.training.continue_from is not None and bad.training.continue_from is not None


def _by_loss(good: Recipe, bad: Recipe, metric: str) -> bool:
    return metric == "loss"


_RULES = (
    _Rule(("notice",), _always, "it is only shown to readers"),
    _Rule(("seed",), _always, "both sides are tried with the same seeds"),
    _Rule(("data.strata",), _always, "it only breaks the evaluation down"),
    _Rule(("training.threads",), _always, "it changes the rounding of sums and no more"),
    _Rule(
        ("training.evaluate_every", "training.checkpoint_every"),
        _no_early_stopping,
        "looking at a training and saving it change no step of it",
    ),
    _Rule(
        ("data.validation_fraction", "data.group", "data.keep_together"),
        _no_fraction,
        "the rows are not divided by fraction",
    ),
    _Rule(("data.seed",), _nothing_drawn, "no rows are drawn"),
    _Rule(("base",), _both_continue, "both sides continue from a finished run"),
    _Rule(
        ("generation", "data.accepted"),
        _by_loss,
        "the loss is that of the expected answer, none is generated",
    ),
)


def by_rules(pair: Pair, metric: str) -> list[Skipped]:
    """Differences whose every path is without effect on the metric whatever its values; nothing is run."""
    good, bad = pair.good.recipe, pair.bad.recipe
    skipped = []
    for difference in pair.differences:
        reasons = [_reason(change.path, good, bad, metric) for change in difference.changes]
        if all(reasons):
            skipped.append(Skipped(difference, "; ".join(dict.fromkeys(filter(None, reasons)))))
    return skipped


def _reason(path: str, good: Recipe, bad: Recipe, metric: str) -> str | None:
    return next(
        (
            rule.reason
            for rule in _RULES
            if any(path == own or path.startswith(f"{own}.") for own in rule.paths)
            and rule.holds(good, bad, metric)
        ),
        None,
    )


def by_ids(pair: Pair, differences: Sequence[Difference]) -> list[Skipped]:
    """Differences of data, prompt, target or tokens after which every id is the same; nothing is trained.

    The rows are read and encoded as a training would: the differences are changed in the good side, and
    taken back in the bad one, each alone and all together. Of recipes in another environment nothing is
    said: its tokenizer is not this one.

    Raises:
        DataError, ModelError: the data or the base of a side cannot be used.
    """
    if pair.good.environment or pair.bad.environment:
        return []
    everything = frozenset(one.name for one in pair.differences)
    good = _of_side("the working side", pair.good.recipe, pair.test)
    bad = _of_side("the failing side", pair.bad.recipe, pair.test)

    def same(names: Iterable[str]) -> bool:
        changed = frozenset(names)
        with suppress(WorkupError):
            added, taken_back = pair.mixed(changed), pair.mixed(everything - changed)
            return ids(added.recipe, pair.test) == good and ids(taken_back.recipe, pair.test) == bad
        return False

    early = [one for one in differences if all(_is_early(change.path) for change in one.changes)]
    equal = [one for one in early if same([one.name])]
    if len(equal) > 1 and not same(one.name for one in equal):
        return []
    return [Skipped(one, "every id of every row is the same with it and without") for one in equal]


def _of_side(name: str, recipe: Recipe, test: str | None) -> str:
    try:
        return ids(recipe, test)
    except WorkupError as error:
        raise type(error)(f"{name} cannot be trained: {error}") from None


def _is_early(path: str) -> bool:
    return path.partition(".")[0] in _BEFORE_TRAINING


def ids(recipe: Recipe, test: str | None = None) -> str:
    """A digest of all that a training and its evaluation are given: ids, labels, and the right answers.

    Raises:
        DataError, ModelError: the recipe's data or base cannot be used.
    """
    from workup.data.splits import load_test
    from workup.pipeline.prompt import columns_needed, to_examples
    from workup.pipeline.tokenization import encode
    from workup.run import prepare

    prepared = prepare(recipe)
    examples = prepared.examples.validation
    if test is not None:
        examples = to_examples(load_test(recipe.data, test, columns_needed(recipe)), recipe)
    tested = encode(prepared.base.tokenizer, examples, recipe.tokens).rows
    answers = [example.answers for example in examples]
    return digest([prepared.train.rows, prepared.validation.rows, tested, answers])

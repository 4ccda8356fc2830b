"""Which answers are mistaken for which: the pairs, commonest first, and between which groups it happens."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workup.data.rows import Example, as_text, is_missing
from workup.errors import RunError
from workup.evaluation.evaluate import Verdict
from workup.evaluation.metrics import Proportion, normalise

# What is said of an answer that is none of the known ones, and of groups that cannot be told.
UNKNOWN = "no known answer"
# A table of more groups than these is no longer read.
_MOST_GROUPS = 30
# The right answer is close where it is second or third.
_CLOSE = 3


@dataclass(frozen=True)
class Pair:
    """Two answers of which at least one was given where the other was right.

    Attributes:
        there: how often `answered` was given, of the examples whose answer is `expected`.
        back: the reverse; of none, if `answered` is `UNKNOWN` or never expected.
        close: in how many of both the right answer came second or third.
        ids: of these examples.
    """

    expected: str
    answered: str
    there: Proportion
    back: Proportion
    close: int
    ids: tuple[str, ...]

    @property
    def times(self) -> int:
        """How often the two were mistaken for each other, either way."""
        return self.there.right + self.back.right


@dataclass(frozen=True)
class Confusions:
    """The mistakes of an evaluation.

    Attributes:
        wrong: the examples whose first answer is not right.
        pairs: the commonest first.
        groups: G names; empty where examples have no groups, or too many for a table.
        table: (G, G + 1) mistakes by the group of the right answer and of the one given; last, `UNKNOWN`.
        tested: (G,) examples of each group.
    """

    wrong: Proportion
    pairs: tuple[Pair, ...]
    groups: tuple[str, ...]
    table: tuple[tuple[int, ...], ...]
    tested: tuple[int, ...]

    @property
    def within(self) -> int:
        """Mistakes that stay within the group of the right answer."""
        return sum(row[place] for place, row in enumerate(self.table))

    @property
    def unknown(self) -> int:
        """Mistakes that are none of the known answers."""
        return sum(pair.there.right for pair in self.pairs if pair.answered == UNKNOWN)

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values."""
        pairs = [
            {**asdict(pair), "there": pair.there.to_json(), "back": pair.back.to_json()}
            for pair in self.pairs
        ]
        return {**asdict(self), "wrong": self.wrong.to_json(), "pairs": pairs}


def confusions(
    verdicts: Sequence[Verdict], examples: Sequence[Example], strata: str | None = None
) -> Confusions:
    """The mistakes among verdicts.

    Args:
        examples: all that tell of the known answers: other names of them, and the group each belongs to.
        strata: the column of the groups. Without one, each answer is a group by itself.
    """
    names = _names(examples)
    mistakes = [(v, v.expected, _answered(v, names)) for v in verdicts if v.rank != 1]
    pairs = _pairs(mistakes, Counter(v.expected for v in verdicts))
    wrong = Proportion(len(mistakes), len(verdicts))
    group_of = _groups(examples, strata) if strata else {name: name for name in names.values()}
    groups = tuple(dict.fromkeys(group_of[v.expected] for v in verdicts if v.expected in group_of))
    answered = dict.fromkeys(group_of[said] for _, _, said in mistakes if said in group_of)
    groups = tuple(dict.fromkeys([*groups, *answered]))
    if not 1 < len(groups) <= _MOST_GROUPS:
        return Confusions(wrong, pairs, (), (), ())
    counts = Counter((group_of.get(right), group_of.get(said)) for _, right, said in mistakes)
    tested = Counter(group_of.get(v.expected) for v in verdicts)
    return Confusions(
        wrong,
        pairs,
        groups,
        tuple(tuple(counts[row, column] for column in (*groups, None)) for row in groups),
        tuple(tested[group] for group in groups),
    )


def kept_verdicts(path: Path) -> tuple[Verdict, ...]:
    """The verdicts of an `evaluation.json`.

    Raises:
        RunError: the file holds something else.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))["verdicts"]
        return tuple(Verdict(**{**verdict, "answers": tuple(verdict["answers"])}) for verdict in stored)
    except (OSError, ValueError, KeyError, TypeError):
        raise RunError(
            f"{path} is no evaluation that can be read; remove it and evaluate the run again"
        ) from None


def _names(examples: Sequence[Example]) -> dict[str, str]:
    """Every way to write a known answer; where two answers share another name, it is the first one's."""
    own = {normalise(example.answers[0]): example.answers[0] for example in examples}
    found = dict(own)
    for example in examples:
        for name in example.answers:
            found.setdefault(normalise(name), example.answers[0])
    return found


def _answered(verdict: Verdict, names: Mapping[str, str]) -> str:
    said = names.get(normalise(verdict.answers[0]) if verdict.answers else "", UNKNOWN)
    # A name that counts for other examples of the same answer, and not for this one.
    return UNKNOWN if said == verdict.expected else said


def _pairs(mistakes: Sequence[tuple[Verdict, str, str]], tested: Mapping[str, int]) -> tuple[Pair, ...]:
    found: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for verdict, expected, answered in mistakes:
        found[expected, answered].append(verdict)
    pairs = []
    for (expected, answered), there in found.items():
        back = found.get((answered, expected), [])
        # Of two directions the commoner one leads; equally common ones are told in the order of names.
        if (len(back), expected) > (len(there), answered) and back:
            continue
        both = [*there, *back]
        pairs.append(
            Pair(
                expected,
                answered,
                Proportion(len(there), tested[expected]),
                Proportion(len(back), tested.get(answered, 0)),
                sum(verdict.rank is not None and verdict.rank <= _CLOSE for verdict in both),
                tuple(verdict.id for verdict in both),
            )
        )
    return tuple(sorted(pairs, key=lambda pair: (-pair.times, -pair.there.value, pair.expected)))


def _groups(examples: Sequence[Example], column: str) -> dict[str, str]:
    """The group of each answer: that of most of its examples."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        value = example.metadata.get(column)
        if not is_missing(value):
            counts[example.answers[0]][as_text(value)] += 1
    return {answer: groups.most_common(1)[0][0] for answer, groups in counts.items()}

"""One honest evaluation: accuracy with intervals, beside baselines, with memory told apart from skill."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from workup.data.nearest import NEAR_COPY, nearest
from workup.data.rows import Example, as_text, is_missing
from workup.evaluation.baselines import BASELINES
from workup.evaluation.metrics import Accuracy, rank
from workup.pipeline.predictor import Predictor

# Beams of an evaluation: some of them say the same answer, and three different ones are wanted.
_CANDIDATES = 5


@dataclass(frozen=True)
class Verdict:
    """One tested example: what was expected, what was answered, and the nearest training example."""

    id: str
    source: str
    expected: str
    answers: tuple[str, ...]
    rank: int | None
    stratum: str | None
    nearest_id: str
    similarity: float

    @property
    def near_copy(self) -> bool:
        """Whether the right answer could be memory: a training example is nearly the same."""
        return self.similarity >= NEAR_COPY


@dataclass(frozen=True)
class Evaluation:
    """The result of `evaluate`. `loss` is in nats per target token, pads not counted."""

    data: str
    loss: float
    trained_on: int
    model: Accuracy
    baselines: dict[str, Accuracy]
    strata: dict[str, Accuracy]
    near_copies: Accuracy
    others: Accuracy
    verdicts: tuple[Verdict, ...]

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return {
            "data": self.data,
            "examples": len(self.verdicts),
            "trained_on": self.trained_on,
            "loss": self.loss,
            "model": self.model.to_json(),
            "baselines": {name: accuracy.to_json() for name, accuracy in self.baselines.items()},
            "strata": {name: accuracy.to_json() for name, accuracy in self.strata.items()},
            "memory": {
                "threshold": NEAR_COPY,
                "near_copies": self.near_copies.to_json(),
                "others": self.others.to_json(),
            },
            "verdicts": [{**vars(verdict), "answers": list(verdict.answers)} for verdict in self.verdicts],
        }


def evaluate(
    predictor: Predictor,
    train: Sequence[Example],
    test: Sequence[Example],
    data: str,
    progress: Callable[[int], None] = lambda done: None,
) -> Evaluation:
    """Answer every test example and judge the answers.

    `train` is what the model was trained on: the baselines learn from it, and test examples that are
    near-copies of it are counted apart. `progress` is told how many examples are answered.
    """
    neighbours = nearest([e.content for e in test], [e.content for e in train])
    answers: list[tuple[str, ...]] = [()] * len(test)
    done = 0
    for position, prediction in predictor.stream([e.source for e in test], candidates=_CANDIDATES):
        answers[position] = tuple(dict.fromkeys(candidate.answer for candidate in prediction.candidates))
        progress(done := done + 1)
    strata_column = predictor.recipe.data.strata
    verdicts = tuple(
        Verdict(
            id=example.id,
            source=example.source,
            expected=example.answers[0],
            answers=given,
            rank=rank(given, example.answers),
            stratum=_stratum(example, strata_column),
            nearest_id=train[neighbour.index].id,
            similarity=neighbour.similarity,
        )
        for example, given, neighbour in zip(test, answers, neighbours, strict=True)
    )
    return Evaluation(
        data=data,
        loss=predictor.loss(test),
        trained_on=len(train),
        model=Accuracy.of(v.rank for v in verdicts),
        baselines=_baselines(train, test),
        strata=_by_stratum(verdicts),
        near_copies=Accuracy.of(v.rank for v in verdicts if v.near_copy),
        others=Accuracy.of(v.rank for v in verdicts if not v.near_copy),
        verdicts=verdicts,
    )


def _stratum(example: Example, column: str | None) -> str | None:
    value = example.metadata.get(column) if column else None
    return None if is_missing(value) else as_text(value)


def _baselines(train: Sequence[Example], test: Sequence[Example]) -> dict[str, Accuracy]:
    ranked = {name: baseline(train, test) for name, baseline in BASELINES.items()}
    return {
        name: Accuracy.of(rank(given, example.answers) for given, example in zip(lists, test, strict=True))
        for name, lists in ranked.items()
        if lists is not None
    }


def _by_stratum(verdicts: Sequence[Verdict]) -> dict[str, Accuracy]:
    names = dict.fromkeys(v.stratum for v in verdicts if v.stratum is not None)
    return {name: Accuracy.of(v.rank for v in verdicts if v.stratum == name) for name in names}

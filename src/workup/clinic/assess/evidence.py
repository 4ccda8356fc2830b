"""What a model can tell of an input: the probability of each condition, and how strange the input is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from workup.clinic.assess.prior import WordPrior
from workup.errors import RunError
from workup.evaluation.estimate import Floats
from workup.evaluation.scope import distance_to_nearest, unknown_share
from workup.pipeline.predictor import Predictor
from workup.pipeline.scoring.closed_set import ClosedSet
from workup.pipeline.scoring.following import Beside
from workup.pipeline.scoring.readers import reader_of
from workup.pipeline.tokenization import encode_sources

_BATCH = 32
# Conditions to which the model gives less than one chance in twenty thousand are not told apart: on the
# validation cases next to nothing is lost by it (docs/scoring.md), and they need not be computed.
LEAST = 5e-5
# Nor are those that come out below this with the words, half of what is worth a line in an answer; unless the
# model by itself gives their beginning a chance in a hundred.
LEAST_TOGETHER, LIKELY = 5e-3, 0.01


@dataclass(frozen=True)
class Seen:
    """What the model makes of N inputs.

    Attributes:
        model: (N, K) log-probabilities that the model gives the known conditions, in nats, none below that of
            `LEAST`; `words`: the same of the words alone.
        likeliest_other: (N,) 0 to 1: no text but the conditions' names is more probable to the model.
        scores: of strangeness, (N,) each, by name; higher is stranger.
        cut: (N,) whether the model could not read all of it.
    """

    model: Floats
    words: Floats
    likeliest_other: Floats
    scores: Mapping[str, Floats]
    cut: Sequence[bool]

    def together(self, share: float) -> Floats:
        """(N, K) log-probabilities, up to a constant, with the words counting so much beside the model."""
        return self.model + share * self.words

    def __iter__(self) -> Iterator[Seen]:
        """Each input by itself, N = 1."""
        for row in range(len(self.cut)):
            one = slice(row, row + 1)
            scores = {name: values[one] for name, values in self.scores.items()}
            yield Seen(self.model[one], self.words[one], self.likeliest_other[one], scores, self.cut[one])


class Witness:
    """A fine-tuned model that is asked about conditions it knows.

    Attributes:
        training: (M, D) the mean encoder vectors of its training inputs; `prior`: what their words say.
        closed: all conditions, laid out for scoring.
    """

    def __init__(
        self, predictor: Predictor, conditions: Sequence[str], training: Floats, prior: WordPrior
    ) -> None:
        """Lay the conditions out for scoring.

        Raises:
            RunError: the model's target is not the name of a condition alone.
            DataError, ModelError: see `ClosedSet`.
        """
        target = predictor.target
        if len(target.fields) > 1:
            raise RunError(
                f"the target of this model, {target.text!r}, holds more than the diagnosis, and only a name "
                "alone can be scored against all others; fine-tune with a target of one field"
            )
        self.predictor, self.conditions = predictor, tuple(conditions)
        self.training, self.prior = training, prior
        self.closed = self._closed_set(self.conditions)

    def among(
        self, columns: Sequence[int], contents: Sequence[str], sources: Sequence[str], share: float
    ) -> Floats:
        """(N, k) log-probabilities, up to a constant, of k of the conditions: much faster than of all."""
        few = self._closed_set([self.conditions[column] for column in columns])
        words = self.prior.log_probabilities(contents)[:, columns]
        return few.score(sources).log_probabilities + share * words

    def _closed_set(self, conditions: Sequence[str]) -> ClosedSet:
        predictor = self.predictor
        (field,) = predictor.target.fields
        texts = {name: (predictor.target.fill({field: name}),) for name in conditions}
        return ClosedSet(predictor.model, predictor.tokenizer, texts, predictor.recipe.tokens)

    def see(
        self,
        contents: Sequence[str],
        sources: Sequence[str],
        share: float | None = None,
        temperature: float = 1.0,
    ) -> Seen:
        """Look at inputs; `contents` are their own words, without prefix and template.

        Args:
            share, temperature: where it is known how the words will be counted and what the probabilities are
                calibrated by, conditions that can only come out below `LEAST_TOGETHER` are passed over.
        """
        predictor = self.predictor
        ids, cut = encode_sources(predictor.tokenizer, sources, predictor.recipe.tokens)
        words = self.prior.log_probabilities(contents)
        told = self.closed.score_tokenized(ids, LEAST, _beside(words, share, temperature))
        scores = {
            "unknown characters": unknown_share(
                [row["input_ids"] for row in ids], predictor.tokenizer.unk_token_id
            ),
            "distance to the training cases": distance_to_nearest(told.means, self.training),
            "words that point to no condition": -words.max(axis=1),
            "words of no known case": self.prior.unknown_share(contents),
        }
        model = np.maximum(told.log_probabilities, math.log(LEAST))
        return Seen(model, words, told.likeliest_other, scores, cut)


def _beside(words: Floats, share: float | None, temperature: float) -> Beside | None:
    if share is None:
        return None
    return Beside(share * words, -temperature * math.log(LEAST_TOGETHER), LIKELY)


def vectors(
    predictor: Predictor, sources: Sequence[str], progress: Callable[[int], None] = lambda done: None
) -> Floats:
    """(N, D) the mean of the encoder's output over the tokens of each source."""
    ids, _ = encode_sources(predictor.tokenizer, sources, predictor.recipe.tokens)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]["input_ids"]))
    found: list[Floats | None] = [None] * len(ids)
    reader = reader_of(predictor.model, predictor.tokenizer)
    for start in range(0, len(order), _BATCH):
        chosen = order[start : start + _BATCH]
        with torch.inference_mode():
            means = reader.encode([ids[i] for i in chosen]).means
        for place, mean in zip(chosen, means, strict=True):
            found[place] = mean
        progress(min(start + _BATCH, len(order)))
    return np.array(found)

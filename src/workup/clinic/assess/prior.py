"""What the words alone say: logistic regression on TF-IDF of cases, put beside the model.

The model and the words make different mistakes: words that the model was never taught to weigh still point
somewhere. Words of negated findings are words of their own. How much all of them count is one number,
fitted on validation cases; 0 leaves the model alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from workup.clinic.assess.negation import marked
from workup.evaluation.baselines import vectorizer
from workup.evaluation.estimate import Floats, Indices

_STRENGTH = 10.0  # the inverse of the penalty; as the baseline of `evaluation.baselines`
_UNSEEN = -20.0  # nats; of a condition without a case
_MOST_WORDS = 40_000  # the commonest; the rest double the time and the file, and tell nothing more
_MOST, _SPREAD = 10.0, 3.0
_VOCABULARY, _WEIGHTS = "words.json", "words.safetensors"


@dataclass(frozen=True)
class WordPrior:
    """Logistic regression over F words and pairs of words.

    Attributes:
        vocabulary: the place of each; `idf` (F,).
        weights: (K, F) and `offsets` (K,) of the conditions; those without a case never win.
    """

    vocabulary: dict[str, int]
    idf: Floats
    weights: Floats
    offsets: Floats

    @classmethod
    def fit(cls, contents: Sequence[str], labels: Indices, conditions: int) -> WordPrior:
        """From the own words of cases, and the column (N,) of the condition of each."""
        from sklearn.linear_model import LogisticRegression

        words = vectorizer(max_features=_MOST_WORDS, dtype=np.float32)
        features = words.fit_transform(map(marked, contents))
        model = LogisticRegression(C=_STRENGTH, max_iter=2000).fit(features, labels)
        weights = np.zeros((conditions, features.shape[1]))
        offsets = np.full(conditions, _UNSEEN)
        weights[model.classes_], offsets[model.classes_] = model.coef_, model.intercept_
        vocabulary = {word: int(place) for word, place in words.vocabulary_.items()}
        return cls(vocabulary, words.idf_, weights, offsets)

    def log_probabilities(self, contents: Sequence[str]) -> Floats:
        """(N, K) of inputs, nats."""
        from scipy.special import log_softmax

        scores = self._words.transform(map(marked, contents)) @ self._by_word + self.offsets
        return np.asarray(log_softmax(np.asarray(scores), axis=1))

    def unknown_share(self, contents: Sequence[str]) -> Floats:
        """(N,) the share of an input's words, not numbers, that no case ever had; 1 where it has no word."""
        words = self._words.build_analyzer()
        shares = []
        for content in contents:
            told = [word for word in words(marked(content)) if word.isalpha()]
            shares.append(1 - np.mean([word in self.vocabulary for word in told]) if told else 1.0)
        return np.array(shares)

    @cached_property
    def _by_word(self) -> Floats:
        """The weights (F, K) in the order in which a product reads them: it would sort them each time."""
        return np.ascontiguousarray(self.weights.T)

    @cached_property
    def _words(self) -> Any:
        words = vectorizer(vocabulary=self.vocabulary)
        words.idf_ = self.idf
        return words

    def save(self, folder: Path) -> None:
        """Two files: the vocabulary, and the numbers."""
        from safetensors.numpy import save_file

        (folder / _VOCABULARY).write_text(json.dumps(self.vocabulary, ensure_ascii=False), encoding="utf-8")
        numbers = {"idf": self.idf, "weights": self.weights, "offsets": self.offsets}
        save_file({name: values.astype(np.float32) for name, values in numbers.items()}, folder / _WEIGHTS)

    @classmethod
    def load(cls, folder: Path) -> WordPrior:
        """The reverse of `save`."""
        from safetensors.numpy import load_file

        numbers = {name: values.astype(np.float64) for name, values in load_file(folder / _WEIGHTS).items()}
        return cls(json.loads((folder / _VOCABULARY).read_text(encoding="utf-8")), **numbers)


def fit_share(model: Floats, words: Floats, truth: Indices) -> float:
    """How much the words count: log p = model + share * words, both (N, K), up to a constant.

    Maximum likelihood on validation cases, together with one temperature for both. Weak priors, log T ~
    Normal(0, 1) and share ~ Normal(0, 3), keep a handful of cases from deciding.
    """
    from scipy.optimize import minimize
    from scipy.special import log_softmax

    rows = np.arange(len(truth))

    def loss(numbers: Floats) -> float:
        sharpness, share = np.exp(numbers[0]), numbers[1]
        found = log_softmax(sharpness * (model + share * words), axis=1)
        prior = numbers[0] ** 2 / 2 + (share / _SPREAD) ** 2 / 2
        return float(prior - found[rows, truth].sum())

    best = minimize(loss, x0=[0.0, 1.0], bounds=[(-3, 3), (0, _MOST)])
    return float(best.x[1])

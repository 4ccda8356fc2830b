"""Which diagnoses the case book itself would name for a text, whatever any model says.

Each diagnosis is one document: what the book knows of it, and its training cases. A text is compared with all
171 of them by the cosine of TF-IDF. Of the case book's 342 validation cases this names 57 % right at once,
and ranks the right diagnosis within the first 20 for 90 %. It learns nothing from what comes in, so that
nobody can teach it to look away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from workup.clinic.cases import description, rows
from workup.evaluation.baselines import vectorizer
from workup.evaluation.estimate import Floats
from workup.learning.labels import labels

# Beyond this rank a label speaks against the book: about one in ten honest labels, and nine in ten drawn at
# random (docs/learning.md). Chosen with sight of the validation cases.
FAR_DOWN = 20


@dataclass(frozen=True)
class Retrieval:
    """The documents of the K diagnoses: `weights` (K, F) over the F words and pairs of `words`."""

    names: tuple[str, ...]
    words: Any
    weights: Any

    def similarities(self, texts: Sequence[str]) -> Floats:
        """(N, K), 0 to 1."""
        return np.asarray((self.words.transform(texts) @ self.weights.T).toarray(), dtype=np.float64)

    def ranked(self, text: str) -> list[str]:
        """Every diagnosis, the most similar first."""
        order = np.argsort(-self.similarities([text])[0], kind="stable")
        return [self.names[place] for place in order]

    def ranks(self, texts: Sequence[str], diagnoses: Sequence[str]) -> list[int]:
        """The rank of each text's diagnosis, 1 to K: one more than are more similar."""
        if not texts:
            return []
        similar = self.similarities(texts)
        columns = [self.names.index(name) for name in diagnoses]
        own = similar[np.arange(len(texts)), columns][:, None]
        return [int(rank) for rank in 1 + (similar > own).sum(axis=1)]


@cache
def retrieval() -> Retrieval:
    """Over the whole case book."""
    documents = {label.name: [description(label.condition)] for label in labels()}
    for row in rows():
        if row.values["use"] == "train":
            documents[row.values["diagnosis"]] += [row.values["text"], row.values["whole"]]
    words = vectorizer()
    weights = words.fit_transform(" ".join(parts) for parts in documents.values())
    return Retrieval(tuple(documents), words, weights)

"""What a fine-tuned language model must beat to have earned its place: two methods that know no language.

Each is given the very rows the model was trained on, and gives ranked answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from workup.data.rows import Example

# One weight vector an answer: beyond this many answers logistic regression no longer fits in memory.
_MOST_ANSWERS = 2000

# From so many rows on, words and pairs that stand in one row only are left out: the weights need memory.
_MANY_ROWS = 5000

Ranked = list[list[str]]


def tfidf_regression(train: Sequence[Example], test: Sequence[Example], count: int = 3) -> Ranked | None:
    """Multinomial logistic regression on TF-IDF of words and word pairs; None where it cannot be trained."""
    from sklearn.linear_model import LogisticRegression

    labels = [example.answers[0] for example in train]
    if not 2 <= len(set(labels)) <= _MOST_ANSWERS:
        return None
    features, queries = tfidf(train, test)
    model = LogisticRegression(C=10.0, max_iter=1000).fit(features, labels)
    best = (-model.predict_proba(queries)).argsort(axis=1, kind="stable")[:, :count]
    return [[str(model.classes_[column]) for column in row] for row in best]


def nearest_case(train: Sequence[Example], test: Sequence[Example], count: int = 3) -> Ranked:
    """The answers of the training rows most similar by cosine of their TF-IDF vectors."""
    features, queries = tfidf(train, test)
    similar = (queries @ features.T).toarray()
    ranked: Ranked = []
    for row in (-similar).argsort(axis=1, kind="stable"):
        ranked.append(list(dict.fromkeys(train[i].answers[0] for i in row))[:count])
    return ranked


def tfidf(train: Sequence[Example], test: Sequence[Example]) -> tuple[Any, Any]:
    """Sparse TF-IDF features of words and word pairs, of the training rows and of the test rows."""
    words = vectorizer(min_df=1 if len(train) < _MANY_ROWS else 2)
    features = words.fit_transform([example.content for example in train])
    return features, words.transform([example.content for example in test])


def vectorizer(**choices: Any) -> Any:
    """TF-IDF of words and word pairs; `choices` are further arguments of scikit-learn's TfidfVectorizer."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b", **choices)


BASELINES: dict[str, Callable[[Sequence[Example], Sequence[Example]], Ranked | None]] = {
    "TF-IDF + logistic regression": tfidf_regression,
    "nearest training case": nearest_case,
}

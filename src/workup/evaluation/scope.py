"""Is this input of the kind the model was made for? Scores of strangeness, and an alarm with a known rate.

A score is any number that is higher for stranger inputs. Several are put together without learning from
strange inputs, of which nobody has a fair sample: an input is judged by its most extreme score, as a rank
among calibration cases (conformal outlier detection; Bates et al. 2023). If an in-scope input is drawn like
the calibration cases, it raises an alarm with a chance of at most alpha, whatever the scores are and however
they hang together. Bonferroni's correction would keep that promise too, but waste most of alpha where
scores agree.

For the distance to training cases the k-nearest of Sun et al. 2022 is used, not Mahalanobis: a covariance
of 512 dimensions cannot be had from 500 cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workup.errors import DataError
from workup.evaluation.estimate import Floats

_NEIGHBOURS = 5


def unknown_share(token_ids: Sequence[Sequence[int]], unknown: int) -> Floats:
    """(N,) the share of each input's tokens that the tokenizer did not know; 1 where there is no token."""
    return np.array([list(ids).count(unknown) / len(ids) if len(ids) else 1.0 for ids in token_ids])


def distance_to_nearest(vectors: Floats, training: Floats) -> Floats:
    """(N,) the distance of each vector to its fifth nearest training vector, all of length one; 0 to 2.

    Args:
        vectors, training: (N, D) and (M, D), such as mean encoder states. Fewer than five training
            vectors: the farthest.

    Raises:
        DataError: there is no training vector, or D differs.
    """
    if np.ndim(training) != 2 or not len(training) or np.shape(vectors)[1:] != training.shape[1:]:
        raise DataError(
            f"vectors of shape {np.shape(vectors)} cannot be compared with training vectors of shape "
            f"{np.shape(training)}; give (N, D) and (M, D), M at least 1"
        )
    place = min(_NEIGHBOURS, len(training))
    cosine = np.partition(_unit(vectors) @ _unit(training).T, -place, axis=1)[:, -place]
    return np.asarray(np.sqrt(np.maximum(0.0, 2 - 2 * cosine)))


@dataclass(frozen=True)
class Scope:
    """What in-scope inputs look like: the scores of calibration cases that the model was not trained on.

    Attributes:
        names: of the S scores.
        values: (N, S) of N calibration cases.
    """

    names: tuple[str, ...]
    values: Floats

    @classmethod
    def fit(cls, scores: Mapping[str, Floats]) -> Scope:
        """From the scores (N,) of calibration cases, by name.

        Raises:
            DataError: no score or no case, lengths that differ, or a score that is not a number.
        """
        return cls(tuple(scores), _table(scores, tuple(scores)))

    def p_values(self, scores: Mapping[str, Floats]) -> Floats:
        """(M,) how often an in-scope input is as strange as each input or stranger, 1/(N + 1) to 1.

        Exact for inputs drawn like the calibration cases: all N + 1 are ranked together in each score, and
        each is as strange as its most extreme rank.

        Raises:
            DataError: the scores are not those of the calibration, or as of `fit`.
        """
        given = _table(scores, self.names)
        # (N, S) how many calibration cases are at least as extreme as each: 1 for the most extreme.
        among = np.array([np.searchsorted(np.sort(-column), -column, "right") for column in self.values.T]).T
        found = []
        for row in given:
            own = (1 + (self.values >= row).sum(axis=0)).min()
            others = (among + (row >= self.values)).min(axis=1)
            found.append((1 + (others <= own).sum()) / (len(self.values) + 1))
        return np.array(found)

    def strangest(self, scores: Mapping[str, Floats]) -> list[str]:
        """The name of the score by which each input is strangest: the reason to give for an alarm."""
        given = _table(scores, self.names)
        ranks = [(self.values >= row).sum(axis=0).argmin() for row in given]
        return [self.names[rank] for rank in ranks]

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {"names": list(self.names), "values": self.values.tolist()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Scope:
        """The reverse of `to_json`."""
        return cls(tuple(values["names"]), np.array(values["values"], dtype=float))


def _unit(vectors: Floats) -> Floats:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0, length, 1.0))


def _table(scores: Mapping[str, Floats], names: tuple[str, ...]) -> NDArray[np.float64]:
    """(N, S) in the order of `names`."""
    if not names or set(scores) != set(names):
        raise DataError(
            f"scores given: {', '.join(scores) or 'none'}; needed: {', '.join(names) or 'at least one'}"
        )
    lengths = {len(scores[name]) for name in names}
    if len(lengths) != 1 or 0 in lengths:
        raise DataError(f"the scores have {sorted(lengths)} values; give one for every case, in each")
    table = np.column_stack([scores[name] for name in names]).astype(float)
    missing = np.isnan(table).any(axis=0)
    if missing.any():
        raise DataError(f"the score {names[int(missing.argmax())]!r} is not a number (NaN) for some case")
    return table

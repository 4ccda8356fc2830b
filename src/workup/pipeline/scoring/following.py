"""Which beginnings of a trie are followed for one source: those behind which something likely may stand."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from workup.pipeline.scoring.reading import Read
from workup.pipeline.scoring.trie import Block, Nodes, Trie

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Beside:
    """What else speaks for the answers, so that only those are followed that may come out likely together.

    Of the others only their beginning is known: each gets the same share of its probability.

    Attributes:
        weights: (N, answers) nats that will be added to the log-probabilities of N sources.
        within: nats; an answer that comes out further below the likeliest need not be told apart.
        likely: 0 to 1; beginnings that the model by itself gives this probability are followed all the same.
    """

    weights: Floats
    within: float
    likely: float

    def of(self, sources: list[int]) -> Beside:
        """The same for some of the sources."""
        return replace(self, weights=self.weights[sources])


class Followed:
    """The beginnings of a trie that are followed for one source.

    Attributes:
        sums: (nodes,) the log-probability of each prefix that was read; minus infinity for the rest.
        others: (nodes,) behind each node, that of the likeliest token which is not of the trie there; 0 where
            it was not read.
    """

    def __init__(self, trie: Trie, given: int, floor: float) -> None:
        """The first `given` nodes are certain; prefixes below the probability `floor` are not followed."""
        self.trie, self.given, self._floor = trie, given, math.log(floor)
        self.sums = np.full(len(trie), -np.inf)
        self.sums[:given] = 0.0
        self.others = np.zeros(len(trie))

    def first(self) -> Nodes:
        """What is read first."""
        return self.trie.behind(np.array([0]))

    def after(self, block: Block, read: Read) -> Nodes:
        """What is read next."""
        self.others[block.parents] = read.others
        for node, step in zip(block.predicted.tolist(), read.steps.tolist(), strict=True):
            if node >= self.given:
                self.sums[node] = self.sums[self.trie.parents[node]] + step
        ahead = np.setdiff1d(block.predicted, block.nodes, assume_unique=True)
        goes_on = (self.trie.stretches[ahead] > 0) & self._matter(ahead)
        return self.trie.behind(ahead[goes_on])

    def _matter(self, nodes: Nodes) -> npt.NDArray[np.bool_]:
        """Whether something that is asked for may stand behind each node."""
        return np.asarray(self.sums[nodes] >= self._floor)


class FollowedBeside(Followed):
    """The same where something else speaks for the answers.

    It reads the way to the answer that the other speaks for most, to know what the likeliest comes to at
    least; no answer can come out above its beginning with the best weight that stands behind it.
    """

    def __init__(self, trie: Trie, given: int, floor: float, beside: Beside, weights: Floats) -> None:
        """`weights` (sequences,) are those of this source, for every text of the answers."""
        super().__init__(trie, given, floor)
        self._within, self._likely = beside.within, math.log(beside.likely)
        self._weights = np.full(len(trie), -np.inf)
        self._weights[trie.ends] = weights
        (self._best_behind,) = trie.largest_below(weights[None])

    def first(self) -> Nodes:
        """See `Followed`."""
        best = self.trie.path(int(self._weights.argmax()))
        return np.union1d(super().first(), best)

    def _matter(self, nodes: Nodes) -> npt.NDArray[np.bool_]:
        sums, least = self.sums[nodes], (self.sums + self._weights).max() - self._within
        alone, together = sums >= self._likely, sums + self._best_behind[nodes] >= least
        return np.asarray(super()._matter(nodes) & (alone | together))

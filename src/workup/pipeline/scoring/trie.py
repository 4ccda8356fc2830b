"""A trie of token sequences, and how it is packed into blocks that a decoder reads in one pass each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Nodes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Trie:
    """Every prefix of some sequences, once; a node is a prefix and stands for its last token.

    Nodes are numbered depth first, so node 0 is the root, a parent comes before its children, and the nodes
    of a subtree follow each other. The first four arrays are of shape (nodes,), `ends` is (sequences,).
    """

    tokens: Nodes
    parents: Nodes  # -1 for the root
    depths: Nodes  # 0 for the root
    stops: Nodes  # the subtree of node i is i, i + 1, ..., stops[i] - 1
    ends: Nodes  # the node at which each sequence ends

    @classmethod
    def of(cls, sequences: Sequence[Sequence[int]]) -> Trie:
        """The trie of sequences that all begin with the same token."""
        tokens: list[int] = []
        parents: list[int] = []
        depths: list[int] = []
        ends = np.empty(len(sequences), dtype=np.int64)
        path: list[int] = []
        previous: Sequence[int] = ()
        for position in sorted(range(len(sequences)), key=lambda i: tuple(sequences[i])):
            sequence = sequences[position]
            del path[_shared(previous, sequence) :]
            for depth in range(len(path), len(sequence)):
                tokens.append(sequence[depth])
                parents.append(path[-1] if path else -1)
                depths.append(depth)
                path.append(len(tokens) - 1)
            ends[position] = path[-1]
            previous = sequence
        return cls(np.array(tokens), np.array(parents), np.array(depths), _stops(parents), ends)

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def inner(self) -> Nodes:
        """The nodes with children, in order: the only ones whose next token matters."""
        return np.flatnonzero(self.stops > np.arange(len(self)) + 1)

    @cached_property
    def stretches(self) -> Nodes:
        """(nodes,) behind each inner node, the end of the run of nodes that follow it without a choice.

        Node i, i + 1, ..., stretches[i] - 1 are inner, each the only child of the one before; 0 for a leaf.
        """
        children = np.bincount(self.parents[1:], minlength=len(self))
        ends = np.zeros(len(self), dtype=np.int64)
        for node in self.inner[::-1].tolist():
            goes_on = children[node] == 1 and ends[node + 1] > 0
            ends[node] = ends[node + 1] if goes_on else node + 1
        return ends

    def behind(self, nodes: Nodes) -> Nodes:
        """Inner nodes, each with those that follow it without a choice; none may follow another."""
        runs = [np.arange(node, self.stretches[node]) for node in nodes.tolist()]
        return np.concatenate([np.arange(0), *runs])

    def with_ancestors(self, nodes: Nodes) -> Nodes:
        """Nodes and whatever stands above them, once each and in order."""
        found = [nodes]
        while len(nodes := self.parents[nodes[nodes > 0]]):
            found.append(nodes)
        return np.unique(np.concatenate(found))

    def path(self, node: int) -> list[int]:
        """The ancestors of a node, from the root down."""
        ancestors: list[int] = []
        while (node := int(self.parents[node])) >= 0:
            ancestors.append(node)
        return ancestors[::-1]

    def largest_below(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """For values (N, sequences) the largest of the sequences that go through each node, (N, nodes)."""
        at_ends = np.full((len(values), len(self) + 1), -np.inf)
        at_ends[:, self.ends] = values
        subtrees = np.stack([np.arange(len(self)), self.stops], axis=1).ravel()
        return np.maximum.reduceat(at_ends, subtrees, axis=1)[:, ::2]

    def sum_paths(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """For values (N, nodes) their sums from the root down to each node, (N, nodes)."""
        sums = values.copy()
        for level in self._levels:
            sums[:, level] += sums[:, self.parents[level]]
        return sums

    def shared_out(self, sums: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """For log-probabilities (N, nodes) of prefixes, how much of them each sequence through them gets.

        All get the same of the last prefix that is known; minus infinity stands for one that is not. So at
        the end of a sequence stands its own probability, where it is known.
        """
        shares: npt.NDArray[np.float64] = sums - np.log(self._sequences)
        for level in self._levels:
            above = shares[:, self.parents[level]]
            shares[:, level] = np.where(np.isneginf(sums[:, level]), above, shares[:, level])
        return shares

    @cached_property
    def _levels(self) -> list[Nodes]:
        """The nodes of each depth from 1 on."""
        return [np.flatnonzero(self.depths == depth) for depth in range(1, int(self.depths.max()) + 1)]

    @cached_property
    def _sequences(self) -> Nodes:
        """(nodes,) how many sequences go through each."""
        ended = np.cumsum([0, *np.bincount(self.ends, minlength=len(self))])
        return np.asarray(ended[self.stops] - ended[np.arange(len(self))])


@dataclass(frozen=True)
class Block:
    """Inner nodes that a decoder reads side by side, and the nodes whose tokens some of them predict.

    `nodes` (Q,) is the input. A row may look at the columns where `visible` (Q, Q) is true: at itself and
    its ancestors. What follows is asked of the rows `asked` (R,); the others are there to be looked at. The
    token of `predicted[i]` is predicted by row `asked[by[i]]`, its parent; both are (P,).
    """

    nodes: Nodes
    visible: npt.NDArray[np.bool_]
    asked: Nodes
    predicted: Nodes
    by: Nodes

    @property
    def parents(self) -> Nodes:
        """(R,) the nodes behind which tokens are predicted."""
        return self.nodes[self.asked]

    def padded(self, multiple: int) -> Block:
        """The same with the first node repeated at the end, where no other node sees it."""
        missing = -len(self.nodes) % multiple
        nodes = np.concatenate([self.nodes, np.repeat(self.nodes[:1], missing)])
        visible = np.zeros((len(nodes), len(nodes)), dtype=np.bool_)
        visible[: len(self.nodes), : len(self.nodes)] = self.visible
        visible[len(self.nodes) :, 0] = True
        return Block(nodes, visible, self.asked, self.predicted, self.by)


def blocks(trie: Trie, size: int) -> Iterator[Block]:
    """Pack the inner nodes into blocks of at most `size`, so that each token is predicted once.

    A block is a run of inner nodes in depth-first order. The parent of each is in the run too or is an
    ancestor of the first one, so that the path to the first one, repeated in front, makes a block complete.
    A path of `size` nodes or more is still read, with one node behind it.
    """
    inner = trie.inner
    start = 0
    while start < len(inner):
        run = inner[start : start + max(size - len(trie.path(int(inner[start]))), 1)]
        yield block_of(trie, run)
        start += len(run)


def block_of(trie: Trie, read: Nodes) -> Block:
    """The block that reads some inner nodes (R,), in order, and whatever stands above them."""
    nodes = trie.with_ancestors(read)
    is_read = np.zeros(len(trie) + 1, dtype=np.bool_)  # with a place for the parent -1 of the root
    is_read[read] = True
    predicted = np.flatnonzero(is_read[trie.parents])
    by = np.searchsorted(read, trie.parents[predicted])
    return Block(nodes, _visible(trie, nodes), np.searchsorted(nodes, read), predicted, by)


def _visible(trie: Trie, nodes: Nodes) -> npt.NDArray[np.bool_]:
    """Whether the subtree of a column's node contains the row's node."""
    rows, columns = nodes[:, None], nodes[None, :]
    visible: npt.NDArray[np.bool_] = (columns <= rows) & (rows < trie.stops[columns])
    return visible


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens two sequences have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _stops(parents: Sequence[int]) -> Nodes:
    stops = np.arange(1, len(parents) + 1)
    for node in range(len(parents) - 1, 0, -1):
        stops[parents[node]] = max(stops[parents[node]], stops[node])
    return stops

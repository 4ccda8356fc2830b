import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workup.pipeline.scoring.trie import Trie, block_of, blocks

SEQUENCES = [(0, 5, 6, 1), (0, 5, 1), (0, 7, 1), (0, 5, 6, 8, 1)]
# Complete sequences end in 1, so that none is the beginning of another.
bodies = st.lists(st.lists(st.integers(2, 4), max_size=5).map(tuple), min_size=1, max_size=12, unique=True)
tries = bodies.map(lambda found: [(0, *body, 1) for body in found])
sizes = st.integers(1, 12)


def prefix(trie, node):
    return tuple(int(trie.tokens[i]) for i in [*trie.path(node), node])


def test_shared_beginnings_stand_once():
    trie = Trie.of(SEQUENCES)
    prefixes = {sequence[:end] for sequence in SEQUENCES for end in range(1, len(sequence) + 1)}
    assert sorted(prefix(trie, node) for node in range(len(trie))) == sorted(prefixes)


def test_every_sequence_ends_at_its_own_node_whatever_the_order():
    trie = Trie.of(SEQUENCES)
    assert [prefix(trie, int(end)) for end in trie.ends] == SEQUENCES


def test_one_sequence_is_a_chain():
    trie = Trie.of([(0, 5, 1)])
    assert trie.parents.tolist() == [-1, 0, 1]
    assert trie.depths.tolist() == [0, 1, 2]
    assert trie.inner.tolist() == [0, 1]


def test_the_beginning_of_another_sequence_ends_inside_of_the_trie():
    trie = Trie.of([(0, 5), (0, 5, 6)])
    assert trie.ends.tolist() == [1, 2]


@given(tries)
def test_a_subtree_is_a_run_of_nodes(sequences):
    trie = Trie.of(sequences)
    for node in range(len(trie)):
        below = [other for other in range(len(trie)) if node in [*trie.path(other), other]]
        assert below == list(range(node, int(trie.stops[node])))


@given(tries)
def test_sums_run_from_the_root_to_every_node(sequences):
    trie = Trie.of(sequences)
    values = np.random.default_rng(0).normal(size=(2, len(trie)))
    sums = trie.sum_paths(values)
    for node in range(len(trie)):
        np.testing.assert_allclose(sums[:, node], values[:, [*trie.path(node), node]].sum(axis=1))


@given(tries, sizes)
def test_every_token_but_the_root_is_predicted_once_and_by_its_parent(sequences, size):
    trie = Trie.of(sequences)
    packed = list(blocks(trie, size))
    assert sorted(np.concatenate([block.predicted for block in packed])) == list(range(1, len(trie)))
    for block in packed:
        assert (block.parents[block.by] == trie.parents[block.predicted]).all()


@given(tries, sizes)
def test_a_row_of_a_block_sees_its_whole_prefix_and_nothing_else(sequences, size):
    trie = Trie.of(sequences)
    for block in blocks(trie, size):
        for row, node in enumerate(block.nodes):
            assert block.nodes[block.visible[row]].tolist() == [*trie.path(int(node)), int(node)]


@given(tries, sizes)
def test_a_block_is_no_larger_than_allowed_unless_one_path_is(sequences, size):
    trie = Trie.of(sequences)
    longest = int(trie.depths.max())
    assert all(len(block.nodes) <= max(size, longest) for block in blocks(trie, size))


def test_leaves_are_never_read():
    trie = Trie.of(SEQUENCES)
    (block,) = blocks(trie, 100)
    assert not set(block.nodes) & set(trie.ends)


@given(tries)
def test_a_stretch_ends_at_the_first_choice(sequences):
    trie = Trie.of(sequences)
    inner = set(trie.inner.tolist())
    for node in inner:
        stretch = range(node, int(trie.stretches[node]))
        assert set(stretch) <= inner
        for one in stretch[:-1]:
            assert np.flatnonzero(trie.parents == one).tolist() == [one + 1]
        below = np.flatnonzero(trie.parents == stretch[-1]).tolist()
        assert len(below) > 1 or below[0] not in inner
    assert not any(trie.stretches[node] for node in range(len(trie)) if node not in inner)


@given(tries)
def test_a_block_holds_what_stands_above_its_nodes(sequences):
    trie = Trie.of(sequences)
    last = trie.inner[-1:]
    block = block_of(trie, last)
    assert block.nodes.tolist() == [*trie.path(int(last[0])), int(last[0])]
    assert block.visible[-1].all()
    assert (trie.parents[block.predicted] == last[0]).all()
    assert block.asked.tolist() == [len(block.nodes) - 1]


@given(tries, sizes)
def test_a_padded_block_reads_and_predicts_the_same(sequences, multiple):
    trie = Trie.of(sequences)
    plain = block_of(trie, trie.inner)
    padded = plain.padded(multiple)
    assert len(padded.nodes) % multiple == 0
    kept = len(plain.nodes)
    assert (padded.nodes[:kept] == plain.nodes).all()
    assert (padded.visible[:kept, :kept] == plain.visible).all()
    assert not padded.visible[:kept, kept:].any()
    assert padded.visible[kept:].any(axis=1).all()
    assert (padded.predicted == plain.predicted).all()
    assert (padded.parents == plain.parents).all()
    assert (padded.by == plain.by).all()


def test_what_is_not_known_gets_its_share_of_the_last_prefix_that_is():
    trie = Trie.of([(0, 5, 6, 1), (0, 5, 7, 1), (0, 8, 1), (0, 9, 2), (0, 9, 3)])
    known = {
        (0,): 1.0,
        (0, 5): 0.6,
        (0, 8): 0.1,
        (0, 8, 1): 0.08,
        (0, 9): 0.3,
        (0, 9, 2): 0.2,
        (0, 9, 3): 0.1,
    }
    sums = np.full((2, len(trie)), -np.inf)
    sums[1, 0] = 0.0  # of the second source only the root is known
    for node in range(len(trie)):
        prefix = tuple(trie.tokens[[*trie.path(node), node]].tolist())
        sums[0, node] = np.log(known[prefix]) if prefix in known else -np.inf
    shares = np.exp(trie.shared_out(sums)[:, trie.ends])
    np.testing.assert_allclose(shares, [[0.3, 0.3, 0.08, 0.2, 0.1], [0.2] * 5])


@given(tries)
def test_ancestors_are_those_on_the_paths(sequences):
    trie = Trie.of(sequences)
    for node in range(len(trie)):
        assert trie.with_ancestors(np.array([node])).tolist() == [*trie.path(node), node]
    every = trie.with_ancestors(trie.ends)
    assert every.tolist() == list(range(len(trie)))


@given(tries)
def test_the_largest_below_a_node_is_of_the_sequences_through_it(sequences):
    trie = Trie.of(sequences)
    values = np.random.default_rng(0).normal(size=(2, len(sequences)))
    largest = trie.largest_below(values)
    for node in range(len(trie)):
        through = [node in (*trie.path(int(end)), end) for end in trie.ends]
        np.testing.assert_array_equal(largest[:, node], values[:, through].max(axis=1))

import pytest

from workup.pipeline.scoring.memory import nodes_within, pass_bytes

from .conftest import FAMILIES


@pytest.mark.parametrize("family", FAMILIES)
def test_as_many_nodes_are_read_as_fit(make, family):
    config = make(family).config
    nodes = nodes_within(config, 2**20)
    assert nodes > 1
    assert pass_bytes(config, nodes, 1) <= 2**20 < pass_bytes(config, nodes + 1, 1)


def test_one_node_is_read_however_small_the_memory(make):
    assert nodes_within(make("t5").config, 1) == 1


def test_sources_read_together_take_as_much_as_one_after_the_other(make):
    config = make("t5").config
    assert pass_bytes(config, 10, 3) == 3 * pass_bytes(config, 10, 1)

import itertools

import pytest

from workup.pretraining.batches import Batches


class Numbers:
    """Rows are numbers, and as long as they say."""

    def draw(self, rng):
        return rng.randrange(1_000_000)

    def length(self, row):
        return row

    def collate(self, rows):
        return {"rows": rows}


def batches(seed="a", count=50):
    return Batches(Numbers(), size=4, count=count, seed=seed)


def test_an_item_is_the_same_however_it_is_reached():
    onward = [item["rows"] for item in map(batches().__getitem__, range(50))]
    backward = batches()
    assert [backward[number]["rows"] for number in reversed(range(50))] == onward[::-1]
    assert batches()[37]["rows"] == onward[37]
    assert batches(count=40)[37]["rows"] == onward[37]


def test_rows_of_a_batch_are_of_like_length_and_batches_come_in_any_order():
    items = [batches()[number]["rows"] for number in range(16)]
    spreads = [max(rows) - min(rows) for rows in items]
    everything = sorted(itertools.chain(*items))
    assert sum(spreads) < everything[-1] - everything[0]
    assert [min(rows) for rows in items] != sorted(min(rows) for rows in items)


def test_no_two_batches_are_equal_and_another_seed_gives_other_rows():
    items = {tuple(batches()[number]["rows"]) for number in range(50)}
    others = {tuple(batches(seed="b")[number]["rows"]) for number in range(50)}
    assert len(items) == len(others) == 50
    assert not items & others


def test_there_are_as_many_batches_as_said():
    ready = batches(count=20)
    assert len(ready) == len(list(ready)) == 20
    for number in (20, -1):
        with pytest.raises(IndexError):
            ready[number]

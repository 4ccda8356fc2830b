"""What Python's collector does not look through again."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from workup.serve.engine.lasting import set_apart, set_apart_once


class Node:
    """Something that holds itself, so that only the collector can let it go."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = gc.get_freeze_count()
    gc.unfreeze()
    yield
    gc.unfreeze()
    if before:
        gc.freeze()


def test_what_lasts_is_set_apart_once():
    set_apart_once()
    count = gc.get_freeze_count()
    assert count > 1000
    kept = [Node() for _ in range(10)]
    set_apart_once()
    assert gc.get_freeze_count() <= count
    del kept


def test_what_was_set_apart_and_is_used_no_more_is_let_go_the_next_time():
    node = Node()
    gone = weakref.ref(node)
    set_apart()
    del node
    gc.collect()
    assert gone() is not None
    set_apart()
    assert gone() is None

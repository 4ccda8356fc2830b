import pytest

from registry_versions import evidence, put
from workup.registry.learned import LearnedItem
from workup.registry.reserved import unreserved
from workup.registry.trained import TRAINED

ROWS = {"a" * 64: "case-1", "b" * 64: "case-1", "c" * 64: "case-2"}
ITEMS = (
    LearnedItem("c" * 64, 7, "Gout", "St Ann", ("Ann", "Bea")),
    LearnedItem("d" * 64, 8, "Migraine", "St Ann", ("Ann", "Bea")),
)


@pytest.fixture
def by_hand(registry):
    """A version that was trained on two rows, one of them in two forms."""
    return put(registry, evidence(), trained=ROWS)


@pytest.fixture
def learned(registry):
    """A version of the learning loop; its weights know an item that its own rows do not hold."""
    return put(registry, evidence(), trained=ROWS, learned=ITEMS)


def test_a_version_that_learned_nothing_that_is_reserved_passes(by_hand, learned):
    for version, cases in ((by_hand, 2), (learned, 3)):
        verdict = unreserved(version, frozenset({"e" * 64}))
        assert verdict.passed
        assert verdict.told == f"none of the {cases} cases that it has learned is reserved now"


def test_a_training_row_that_is_reserved_now_is_named_once_with_what_to_do(by_hand):
    verdict = unreserved(by_hand, frozenset({"a" * 64, "b" * 64}))
    assert not verdict.passed
    assert verdict.numbers == {"learned": 2, "reserved": ["case-1"]}
    assert verdict.told == (
        "reserved for tests now: 1 of the 2 cases that it has learned (case-1). Take them out of its data, "
        "train it again, and publish that"
    )


def test_a_released_case_that_is_reserved_now_is_named_by_its_number(learned):
    verdict = unreserved(learned, frozenset({"c" * 64, "d" * 64}))
    assert not verdict.passed
    assert verdict.told == (
        "reserved for tests now: 2 of the 3 cases that it has learned (item 7; item 8). Train without them: "
        "workup learn train general --at-least 0"
    )


def test_where_there_is_no_learning_store_nothing_is_reserved(by_hand):
    assert unreserved(by_hand, None).passed


def test_what_the_loop_taught_has_to_be_compared_with_its_store(learned):
    verdict = unreserved(learned, None)
    assert not verdict.passed
    assert verdict.told.startswith("it has learned 2 released cases, and there is no learning store")


def test_a_version_that_does_not_say_what_it_was_trained_on_does_not_pass(by_hand):
    (by_hand.folder / TRAINED).unlink()
    verdict = unreserved(by_hand, frozenset())
    assert (verdict.passed, verdict.told) == (
        False,
        "nothing says which rows it was trained on: publish the run again",
    )

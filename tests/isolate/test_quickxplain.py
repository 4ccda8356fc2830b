from itertools import combinations

import pytest

from workup.isolate.quickxplain import smallest_bad

NAMES = [f"s{place:02}" for place in range(24)]


def asked(needed, names=NAMES):
    """What is found, and how many different sets were asked about."""
    sets = set()

    def bad(changed):
        sets.add(changed)
        return needed <= changed

    return smallest_bad(names, bad), len(sets)


@pytest.mark.parametrize("needed", list(combinations(range(0, 24, 5), 3)))
def test_exactly_what_is_needed_is_found(needed):
    expected = {NAMES[place] for place in needed}
    assert asked(expected)[0] == expected


def test_one_of_many_takes_two_logarithms_of_questions():
    assert asked({"s17"})[1] <= 12


def test_of_two_sets_that_are_enough_one_is_found_whole():
    found = smallest_bad(NAMES, lambda changed: {"s01", "s02"} <= changed or {"s20"} <= changed)
    assert found in ({"s01", "s02"}, {"s20"})


def test_all_can_be_needed_or_a_single_one_given():
    assert asked(set("abc"), list("abc"))[0] == set("abc")
    assert asked({"a"}, ["a"])[0] == {"a"}
    assert smallest_bad([], lambda changed: True) == set()

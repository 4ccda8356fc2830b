import numpy as np
import pytest

from workup.isolate.culprits import Culprits, accused
from workup.isolate.explanations import Explanation, Term

NAMES = ["a", "b", "c"]


def explained(*terms):
    """An explanation of (members, when, effect)."""
    return Explanation(tuple(Term(m, w) for m, w, _ in terms), tuple(e for *_, e in terms), 0.5)


@pytest.mark.parametrize(
    ("terms", "names", "how"),
    [
        ([((1,), "all", -2.0)], "b", "alone"),
        ([((0, 2), "all", -2.0)], "ac", "together"),
        ([((0, 2), "any", -2.0)], "ac", "any"),
        ([((0,), "all", -2.0), ((1,), "all", -1.0)], "ab", "sum"),
        ([((0,), "all", -2.0), ((1,), "all", -0.4)], "a", "alone"),
        ([((0,), "all", -2.0), ((1,), "all", 1.0)], "a", "alone"),
    ],
)
def test_terms_that_do_most_of_the_harm_are_accused(terms, names, how):
    assert accused(explained(*terms), NAMES) == Culprits(frozenset(names), how)


@pytest.mark.parametrize("terms", [[], [((1,), "all", 2.0)], [((0,), "all", -1.0), ((1,), "all", 3.0)]])
def test_where_the_whole_does_no_harm_nothing_is_accused(terms):
    assert accused(explained(*terms), NAMES) is None


@pytest.mark.parametrize(
    ("how", "shares"), [("together", [0, 0, 1]), ("any", [0, 1, 1]), ("sum", [0, 0.5, 1])]
)
def test_culprits_act_as_they_are_said_to(how, shares):
    changes = np.array([[0, 1, 0], [1, 1, 0], [1, 0, 1]], dtype=float)
    assert Culprits(frozenset("ac"), how).act(changes, NAMES).tolist() == shares


def test_each_must_be_enough_only_where_any_is_said_to_be():
    assert Culprits(frozenset("ac"), "any").enough() == [{"a"}, {"c"}]
    assert Culprits(frozenset("ac"), "together").enough() == [{"a", "c"}]

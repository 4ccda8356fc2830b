from datetime import UTC, datetime

import pytest

from workup.learning.standing import standing
from workup.learning.tables import Decision, Flag, Item

GOUT, CROUP, REJECTED = "Gout", "Croup", None


def item(*decisions, flagged=()):
    """An item with decisions (reviewer, diagnosis, newest flag seen) and flags of these numbers."""
    now = datetime.now(UTC)
    return Item(
        decisions=[
            Decision(
                reviewer=who,
                verdict="accept" if what else "reject",
                diagnosis=what,
                why="",
                at=now,
                seen=seen,
            )
            for who, what, seen in decisions
        ],
        flags=[Flag(id=number, kind="conflict", detail="", at=now) for number in flagged],
    )


@pytest.mark.parametrize(
    ("decisions", "state", "diagnosis"),
    [
        ([], "waiting", None),
        ([("Ann", GOUT, 0)], "reviewed once", None),
        ([("Ann", GOUT, 0), ("Bea", GOUT, 0)], "agreed", GOUT),
        ([("Ann", GOUT, 0), ("ANN ", GOUT, 0)], "reviewed once", None),
        ([("Ann", GOUT, 0), ("Bea", CROUP, 0)], "disagreed", None),
        ([("Ann", GOUT, 0), ("Bea", REJECTED, 0)], "disagreed", None),
        ([("Ann", REJECTED, 0), ("Bea", REJECTED, 0)], "rejected", None),
        ([("Ann", GOUT, 0), ("Bea", CROUP, 0), ("Cyd", GOUT, 0)], "agreed", GOUT),
        ([("Ann", GOUT, 0), ("Bea", GOUT, 0), ("Cyd", CROUP, 0), ("Dot", CROUP, 0)], "disagreed", None),
        ([("Ann", GOUT, 0), ("Bea", GOUT, 0), ("Ann", REJECTED, 0)], "disagreed", None),
        ([("Ann", CROUP, 0), ("Bea", GOUT, 0), ("Ann", GOUT, 0)], "agreed", GOUT),
    ],
)
def test_two_different_reviewers_must_agree_and_be_more_than_the_others(decisions, state, diagnosis):
    found = standing(item(*decisions))
    assert (found.state, found.diagnosis) == (state, diagnosis)


def test_who_decided_before_a_flag_has_to_look_again():
    before = [("Ann", GOUT, 0), ("Bea", GOUT, 0)]
    assert standing(item(*before, flagged=[3])).state == "waiting"
    assert standing(item(*before, ("Ann", GOUT, 3), flagged=[3])).state == "reviewed once"
    assert standing(item(*before, ("Ann", GOUT, 3), ("Bea", GOUT, 3), flagged=[3])).state == "agreed"

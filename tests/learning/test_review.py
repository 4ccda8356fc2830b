import pytest

from learning_cases import CROUP, GOUT, MIGRAINE
from workup.errors import DataError
from workup.learning.intake import take_in
from workup.learning.review import decide, item_of, queue
from workup.learning.standing import standing

REJECTED = {"text": GOUT["text"], "feedback": "rejected", "answer": "Croup", "reason": "he is no child"}


@pytest.fixture
def item(quick, write):
    (item,) = take_in(quick, write(GOUT), "St Ann").items
    return item


def test_every_decision_is_kept_with_who_when_and_why(session, write):
    (item,) = take_in(session, write(GOUT), "St Ann").items
    decide(session, item, "Ann", "accept", "textbook")
    decide(session, item, "Ann", "reject", "on second thoughts")
    session.commit()
    session.expire_all()
    kept = item_of(session, item.id).decisions
    assert [(d.reviewer, d.diagnosis, d.why) for d in kept] == [
        ("Ann", "Gout", "textbook"),
        ("Ann", None, "on second thoughts"),
    ]
    assert all(d.at.utcoffset().total_seconds() == 0 for d in kept)


def test_a_corrected_diagnosis_is_kept_under_the_books_name(quick, item):
    assert decide(quick, item, "Ann", "accept", "fits", "laryngotracheitis").diagnosis == "Croup"


def test_names_in_a_reason_are_not_stored(quick, item):
    assert "Tolliver" not in decide(quick, item, "Ann", "accept", "Mr. Tolliver told me").why


@pytest.mark.parametrize("again", ["Ann", " ann "])
def test_the_same_reviewer_cannot_be_the_second_one(quick, item, again):
    decide(quick, item, "Ann", "accept", "textbook")
    with pytest.raises(DataError, match="has decided so on item 1 already"):
        decide(quick, item, again, "accept", "textbook")
    assert standing(item).state == "reviewed once"


def test_who_sent_a_case_cannot_review_it(quick, item):
    with pytest.raises(DataError, match="nobody reviews cases of their own"):
        decide(quick, item, "st  ann", "accept", "ours")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"reviewer": " "}, "say who decides"),
        ({"why": ""}, "say why"),
        ({"diagnosis": "Gowt"}, "did you mean 'Gout'"),
        ({"verdict": "reject", "diagnosis": "Gout"}, "not both"),
    ],
)
def test_a_decision_that_lacks_something_is_refused(quick, item, given, reason):
    with pytest.raises(DataError, match=reason):
        decide(quick, item, **{"reviewer": "Ann", "verdict": "accept", "why": "fits", **given})
    assert item.decisions == []


def test_an_answer_that_was_only_rejected_needs_a_diagnosis_to_be_accepted(quick, write):
    (item,) = take_in(quick, write(REJECTED), "St Ann").items
    with pytest.raises(DataError, match="say what it is, --diagnosis NAME, or reject it"):
        decide(quick, item, "Ann", "accept", "fits")
    assert decide(quick, item, "Ann", "accept", "toe", "Gout").diagnosis == "Gout"


def test_there_is_no_item_that_was_not_taken_in(quick, write):
    with pytest.raises(DataError, match="nothing has been taken in yet"):
        item_of(quick, 1)
    take_in(quick, write(GOUT), "St Ann")
    for number in (0, -1, 2, 10**30):
        with pytest.raises(DataError, match=f"there is no item {number}; the items are numbered up to 1"):
            item_of(quick, number)


def test_the_queue_begins_with_what_one_decision_settles_then_with_what_is_suspected(session, write):
    rows = [GOUT, {**MIGRAINE, "diagnosis": "Ectopic pregnancy"}, CROUP]
    first, suspected, once = take_in(session, write(*rows), "St Ann").items
    decide(session, once, "Ann", "accept", "textbook")
    assert queue(session) == [once, suspected, first]
    assert queue(session, "Ann") == [suspected, first]
    assert queue(session, "St Ann") == []

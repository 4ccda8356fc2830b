import pytest

from workup.clinic.assess.questions import information, questions

SHARES = {
    "Gout": {"podagra": 0.7, "joint swelling": 0.9, "tophi": 0.3},
    "Septic arthritis": {"fever": 0.6, "joint swelling": 0.9},
}


def test_a_certain_answer_tells_all_there_is_to_know():
    assert information(0.5, 1.0, 0.0) == pytest.approx(1.0)


def test_what_both_have_alike_tells_nothing():
    assert information(0.3, 0.9, 0.9) == pytest.approx(0.0, abs=1e-12)


def test_the_more_telling_question_comes_first_and_says_for_whom_it_speaks():
    found = questions("Gout", "Septic arthritis", 0.5, SHARES, told=())
    assert [question.finding for question in found] == ["podagra", "fever", "tophi"]
    assert [question.speaks_for for question in found] == ["Gout", "Septic arthritis", "Gout"]


def test_what_was_told_is_not_asked_again():
    found = questions("Gout", "Septic arthritis", 0.5, SHARES, told={"podagra"})
    assert [question.finding for question in found] == ["fever", "tophi"]


def test_nothing_is_asked_about_conditions_that_the_book_does_not_have():
    assert questions("A", "B", 0.5, {}, told=()) == ()

import pytest

from workup.clinic.assess.mistakes import explained, overlap, shared, summary
from workup.data.rows import Example
from workup.evaluation.confusion import Pair
from workup.evaluation.metrics import Proportion

BPPV, NEURITIS = "Benign paroxysmal positional vertigo", "Vestibular neuritis"
GOUT = "Gout"


def case(identity, condition, content):
    return Example(identity, "", condition, content, (condition,), "", {})


def pair(expected, answered, *ids):
    return Pair(expected, answered, Proportion(len(ids), 2), Proportion(0, 2), 0, ids)


TRAIN = [case("t1", BPPV, "short spells when turning in bed"), case("t2", NEURITIS, "constant spinning")]


def test_findings_overlap_by_how_many_patients_have_them_in_both():
    assert overlap({"fever": 0.8, "cough": 0.4}, {"fever": 0.4}) == pytest.approx(0.4 / 1.2)
    assert overlap({"fever": 0.5}, {"fever": 0.5}) == 1
    assert overlap({"fever": 0.5}, {"rash": 0.5}) == 0
    assert overlap({}, {}) == 0


def test_shared_findings_are_those_of_both_the_commonest_first():
    first = {"rash": 0.9, "fever": 0.3, "cough": 0.8}
    assert shared(first, {"fever": 0.9, "cough": 0.7}) == ("cough", "fever")


def test_a_pair_that_is_hard_by_nature_is_told_so():
    case_of_one = case("v", BPPV, "spells when turning")
    (found,) = explained([pair(BPPV, NEURITIS, "v")], [case_of_one], TRAIN)
    assert found.alike
    assert found.listed
    assert found.nearer == 0
    assert "the book has one in the other's differential" in found.reasons


def test_a_training_case_that_misleads_is_counted():
    misled = case("v", BPPV, "constant spinning")
    (found,) = explained([pair(BPPV, NEURITIS, "v")], [misled], TRAIN)
    assert (found.nearer, found.cases) == (1, 1)


def test_the_other_direction_is_judged_by_its_own_truth():
    there, back = case("v", BPPV, "constant spinning"), case("w", NEURITIS, "constant spinning")
    (found,) = explained([pair(BPPV, NEURITIS, "v", "w")], [there, back], TRAIN)
    assert (found.nearer, found.cases) == (1, 2)


def test_a_condition_without_a_training_row_is_told():
    (found,) = explained([pair(BPPV, GOUT, "v")], [case("v", BPPV, "spells")], TRAIN)
    assert found.trained == (1, 0)
    assert found.reasons == ("no training row of Gout",)


def test_few_training_rows_are_told_where_nothing_else_explains_it():
    train = [*TRAIN, case("t3", GOUT, "big toe")]
    (found,) = explained([pair(BPPV, GOUT, "v")], [case("v", BPPV, "spells")], train)
    assert found.reasons == ("few training rows (1 and 1)",)
    (found,) = explained([pair(BPPV, GOUT, "v")], [case("v", BPPV, "spells")], train * 10)
    assert found.reasons == ()


def test_the_reasons_of_all_pairs_are_counted():
    tested = [case("v", BPPV, "spells"), case("w", BPPV, "spells")]
    train = [*TRAIN, case("t3", GOUT, "big toe")]
    found = explained([pair(BPPV, NEURITIS, "v"), pair(BPPV, GOUT, "w")], tested, train)
    assert summary(found).startswith("Of 2 pairs of the case book, 1 share findings, 1 stand in")
    assert summary(found).endswith("1 none of these.")


def test_answers_that_the_book_does_not_have_are_left_alone():
    assert explained([pair("yellow", "red", "v")], [case("v", "yellow", "a lemon")], TRAIN) == ()

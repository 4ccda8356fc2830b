import pytest

from registry_versions import case, evidence
from workup.evaluation.paired import holm
from workup.registry.comparison import ALL, compare

BEFORE = evidence(cases=tuple(case(number) for number in range(40)))


def test_all_cases_come_first_and_then_each_specialty():
    rows = compare(BEFORE, BEFORE).rows
    assert [(row.name, row.cases) for row in rows] == [(ALL, 40), *((f"specialty {n}", 10) for n in range(4))]
    assert not any(row.worse or row.better for row in rows)


def test_a_difference_has_its_direction():
    after = evidence(cases=tuple(case(number, right=number >= 10) for number in range(40)))
    worse, better = compare(BEFORE, after).rows[1], compare(after, BEFORE).rows[1]
    assert worse.worse
    assert worse.effect.difference == -1
    assert better.better
    assert not better.worse


def test_p_values_are_corrected_for_all_rows():
    """Five rows: 10 of 10 lost in one specialty and 10 of 40 in all; nothing elsewhere."""
    after = evidence(cases=tuple(case(number, right=number >= 10) for number in range(40)))
    found = [row.p for row in compare(BEFORE, after).rows]
    alone = 2 * 0.5**10
    assert found == pytest.approx(holm([alone, alone, 1, 1, 1]))
    assert found[0] == pytest.approx(5 * alone)


def test_only_cases_of_both_are_compared_and_the_others_counted():
    after = evidence(cases=(*BEFORE.cases[5:], case(99), case(98)))
    found = compare(BEFORE, after)
    assert (found.rows[0].cases, found.only_a, found.only_b) == (35, 5, 2)


def test_a_case_that_expects_another_answer_now_is_another_case():
    after = evidence(cases=tuple(case(number, expected="Psoriasis") for number in range(40)))
    assert compare(BEFORE, after).rows == ()


def test_a_specialty_with_too_few_common_cases_is_named():
    after = evidence(cases=BEFORE.cases[:31])
    assert compare(BEFORE, after).left_out == ("specialty 3",)


def test_a_case_in_two_forms_counts_once():
    both = evidence(cases=tuple(case(n, form=form) for form in ("findings", "text") for n in range(10)))
    row = compare(both, both).rows[0]
    assert (row.cases, row.a.total) == (10, 20)

from learning_cases import CROUP, GOUT, MIGRAINE
from workup.learning.retrieval import FAR_DOWN, retrieval

CASES = [GOUT, MIGRAINE, CROUP]


def test_the_case_book_names_textbook_cases_by_itself():
    assert [retrieval().ranked(case["text"])[0] for case in CASES] == ["Gout", "Migraine", "Croup"]


def test_a_label_of_another_organ_is_far_down():
    ranks = retrieval().ranks([GOUT["text"]] * 2, ["Gout", "Ectopic pregnancy"])
    assert ranks[0] == 1
    assert ranks[1] > FAR_DOWN


def test_no_texts_have_no_ranks():
    assert retrieval().ranks([], []) == []

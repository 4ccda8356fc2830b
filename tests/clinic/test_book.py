from collections import Counter

import numpy as np
import pytest
import simple_icd_10_cm as icd
from rapidfuzz import fuzz, process

from workup.clinic.book import conditions, mentions, parse_specialty, specialties
from workup.data import overlap
from workup.errors import DataError

CONDITION = """
specialty: Cardiology
conditions:
  - name: Acute pericarditis
    icd10: I30.9
    aliases: [Pericarditis]
    urgency: urgent
    differential: [Myocarditis]
    findings: {chest pain: 0.9}
    against: [troponin far above the limit]
    cases:
      - id: acute-pericarditis-1
        use: train
        style: note
        age: 34 years
        sex: male
        symptoms: [sharp chest pain]
        text: 34M with sharp chest pain that eases on leaning forward.
"""


def error_of(text):
    with pytest.raises(DataError) as caught:
        parse_specialty(text, "x.yaml")
    return str(caught.value)


def test_the_example_of_these_tests_is_sound():
    assert parse_specialty(CONDITION, "x.yaml").conditions[0].cases[0].style == "note"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("urgency: urgent", "urgency: soon", "conditions.0.urgency"),
        ("I30.9", "pericard", "conditions.0.icd10"),
        ("chest pain: 0.9", "chest pain: 90", "findings.chest pain"),
        ("34 years", "34", "cases.0.age"),
        ("sex: male", "sexx: male", "cases.0.sexx"),
        (
            "leaning forward",
            "pericarditis leaning",
            "case acute-pericarditis-1 gives its own answer away",
        ),
        ("use: train", "use: train\n        use: validation", "stands twice"),
        ("specialty: Cardiology", "specialty: [", "is not valid YAML"),
    ],
)
def test_a_fault_in_the_book_is_named_with_its_place(old, new, message):
    assert CONDITION.count(old) >= 1
    said = error_of(CONDITION.replace(old, new, 1))
    assert message in said
    assert "x.yaml" in said


def test_abbreviations_are_matched_by_exact_case_only():
    assert mentions("known MS since 2010", "MS")
    assert not mentions("pain for 200 ms", "MS")
    assert mentions("a HEART ATTACK last year", "Heart attack")
    assert not mentions("gouty", "Gout")


def test_the_book_holds_171_conditions_of_19_specialties():
    assert len(specialties()) == 19
    assert len(list(conditions())) == 171


def test_every_condition_has_three_training_and_two_validation_cases():
    for _, condition in conditions():
        assert Counter(case.use for case in condition.cases) == {"train": 3, "validation": 2}, condition.name


def test_every_condition_is_trained_on_in_all_three_styles():
    for _, condition in conditions():
        styles = {case.style for case in condition.cases if case.use == "train"}
        assert styles == {"telegraphic", "note", "lay"}, condition.name


def test_every_code_is_an_icd_10_cm_code():
    wrong = [(c.name, c.icd10) for _, c in conditions() if not icd.is_valid_item(c.icd10)]
    assert not wrong


def test_no_name_belongs_to_two_conditions():
    owners = Counter(name for _, c in conditions() for name in {n.casefold() for n in c.names})
    assert [name for name, count in owners.items() if count > 1] == []


def test_no_case_id_stands_twice():
    ids = Counter(case.id for _, condition in conditions() for case in condition.cases)
    assert [name for name, count in ids.items() if count > 1] == []


def test_no_two_cases_are_near_copies():
    texts = [overlap.normalise(case.text) for _, condition in conditions() for case in condition.cases]
    similar = process.cdist(texts, texts, scorer=fuzz.ratio, workers=-1) / 100
    assert np.triu(similar, k=1).max() < overlap.NEAR_COPY

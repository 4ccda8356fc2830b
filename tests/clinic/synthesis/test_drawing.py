import random
from collections import Counter

import pytest

from workup.clinic.book import conditions
from workup.clinic.lexicon import findings
from workup.clinic.quantity import Quantity
from workup.clinic.spans import days
from workup.clinic.synthesis.drawing import draw

BOOK = {condition.name: condition for _, condition in conditions()}


def pictures(name, count=300):
    return [draw(BOOK[name], random.Random(seed)) for seed in range(count)]


def test_frequent_findings_are_drawn_more_often_than_rare_ones():
    seen = Counter(name for picture in pictures("Acute myocardial infarction") for name in picture.present)
    assert seen["chest pain"] > seen["nausea"] > seen["syncope"] > 0


def test_nothing_is_present_and_absent_at_once_and_own_findings_are_never_denied():
    for name in ("Pneumonia", "Acute appendicitis", "Panic disorder"):
        for picture in pictures(name):
            assert not set(picture.absent) & set(picture.present)
            assert not set(picture.absent) & set(BOOK[name].findings)


def test_age_sex_and_values_keep_to_what_the_book_says():
    low, high = 5.5, 7.5
    for picture in pictures("Hyperkalemia"):
        potassium = Quantity.parse(picture.labs["potassium"]).value if "potassium" in picture.labs else low
        assert low <= potassium <= high + 1
    assert {picture.sex for picture in pictures("Testicular torsion")} == {"male"}
    assert {picture.sex for picture in pictures("Ectopic pregnancy")} == {"female"}
    assert all(days(picture.age) < days("2 years") for picture in pictures("Hypertrophic pyloric stenosis"))


def test_vital_signs_follow_from_the_findings():
    for picture in pictures("Pneumonia"):
        if "fever" in picture.present:
            assert Quantity.parse(picture.vitals["temperature"]).value > 38
        elif "temperature" in picture.vitals:
            pytest.fail("a normal temperature was drawn where the condition has fever")


def test_a_patient_without_symptoms_has_none_beside():
    silent = 0
    for _, condition in conditions():
        if any(name.startswith("no symptoms") for name in condition.findings):
            for seed in range(50):
                symptoms = draw(condition, random.Random(seed)).of_kind("symptom")
                if any(name.startswith("no symptoms") for name in symptoms):
                    silent += 1
                    assert len(symptoms) == 1
    assert silent


def test_cases_leave_findings_out():
    drawn = pictures("Heart failure")
    assert len({len(picture.present) for picture in drawn}) >= 4
    assert len({frozenset(picture.present) for picture in drawn}) > 0.9 * len(drawn)


def test_every_condition_can_be_drawn():
    for condition in BOOK.values():
        picture = draw(condition, random.Random(0))
        assert len(picture.present) >= 1
        assert all(findings()[name].kind != "patient" for name in picture.present)

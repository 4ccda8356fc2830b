from pathlib import Path

import pytest
import yaml

from workup.clinic.book import conditions
from workup.clinic.safety import read, read_case, red_flags, rules
from workup.clinic.safety.rules import _holds, _lines

HERE = Path(__file__).parent
TEXTS = yaml.safe_load((HERE / "texts.yaml").read_text(encoding="utf-8"))
EVERYDAY = yaml.safe_load((HERE / "everyday.yaml").read_text(encoding="utf-8"))


def fired(text):
    return {flag.rule.id for flag in red_flags(read(text))}


def emergencies(reading):
    return [flag for flag in red_flags(reading) if flag.level == "emergency"]


@pytest.mark.parametrize("text", TEXTS["red"])
def test_a_danger_raises_an_emergency_flag(text):
    assert emergencies(read(text))


@pytest.mark.parametrize("text", TEXTS["harmless"])
def test_a_look_alike_raises_none(text):
    assert not red_flags(read(text))


@pytest.mark.parametrize("case", EVERYDAY, ids=lambda case: case["what"])
def test_an_everyday_patient_is_no_emergency(case):
    assert not emergencies(read(case["text"]))


def test_the_evidence_is_the_words_of_the_text_at_their_place():
    text = "M 20. Fever 39.6, headache, stiff neck."
    flag = next(flag for flag in red_flags(read(text)) if flag.rule.id == "meningitis")
    assert [text[words.start : words.end] for words in flag.evidence] == [
        words.text for words in flag.evidence
    ]
    assert "stiff neck" in {words.text for words in flag.evidence}
    assert "stiff neck" in str(flag)


def test_a_line_that_is_not_looked_up_would_not_hold():
    by_name, may_always = _lines()
    lines = {line.order: line for lines in by_name.values() for line in lines} | may_always
    assert len(lines) == sum(len(rule.looks_for) for rule in rules())
    for text in [*TEXTS["red"], *TEXTS["harmless"]]:
        reading = read(text)
        for line in lines.values():
            if line.names and line.names.isdisjoint(reading.names):
                assert not _holds(line.parts, reading), line.rule.id


def test_emergencies_come_first():
    levels = [flag.level for flag in red_flags(read("M 60, coughing blood, SpO2 80 %, HR 115."))]
    assert levels == sorted(levels, key=lambda level: level != "emergency")
    assert set(levels) == {"emergency", "urgent"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("F 40, BP 88/50.", "low-blood-pressure"),
        ("HR 118, BP 104/60.", "shock-index"),
        ("potassium of 6.5 mmol/L", "potassium"),
        ("glucose 2.4 mmol/L", "low-sugar"),
        ("Hb 62 g/L", "very-low-blood-count"),
    ],
)
def test_limits_hold_for_their_age_and_in_every_unit(text, rule):
    assert rule in fired(text)


def test_a_childs_pulse_is_judged_as_a_childs():
    assert "fast-heart" in fired("M 40, HR 150.")
    assert "fast-heart" not in fired("Boy, 2 years old, HR 150.")


def test_low_oxygen_in_known_copd_is_judged_on_its_own_scale():
    assert "low-oxygen" in fired("M 60, SpO2 89 %.")
    assert "low-oxygen" not in fired("M 60, COPD, SpO2 89 %.")
    assert "low-oxygen" in fired("M 60, COPD, SpO2 82 %.")


def test_an_impossible_value_is_not_judged():
    assert not fired("K 65")


def test_every_rule_points_to_conditions_of_the_book_and_every_emergency_has_a_rule():
    urgency = {condition.name: condition.urgency for _, condition in conditions()}
    pointed = {name for rule in rules() for name in rule.points_to}
    assert pointed <= set(urgency)
    assert {name for name, level in urgency.items() if level == "emergency"} <= pointed


def test_every_emergency_of_the_case_book_is_flagged_from_text_and_from_structure():
    missed = [
        case.id
        for _, condition in conditions()
        for case in condition.cases
        if (case.urgency or condition.urgency) == "emergency"
        and not (emergencies(read(case.text)) and emergencies(read_case(case)))
    ]
    assert not missed


def test_few_routine_cases_raise_an_emergency_flag():
    readings = [
        read(case.text)
        for _, condition in conditions()
        for case in condition.cases
        if (case.urgency or condition.urgency) == "routine"
    ]
    assert sum(bool(emergencies(reading)) for reading in readings) <= 0.05 * len(readings)


def test_every_rule_says_where_its_threshold_is_from():
    assert all(rule.source and rule.advice.endswith(".") for rule in rules())

import pytest

from workup.clinic.safety import read


def has(text, name):
    return any(mention.status == "present" for mention in read(text).named(name))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Pain that sits in the middle of the chest.", "chest pain"),
        ("Since morning he coughs bright red blood.", "hemoptysis"),
        ("My chest, it hurts.", "chest pain"),
        ("Floaters in the right eye, a growing shadow.", "flashes, floaters or curtain"),
    ],
)
def test_words_near_each_other_tell_a_sign_in_any_order_over_commas_too(text, name):
    assert has(text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Cough for three days, chills, pain on breathing in.", "peritonism"),
        ("Exam: chest. Knee: pain on stairs.", "chest pain"),
    ],
)
def test_over_a_comma_a_word_of_another_finding_tells_none_and_over_a_full_stop_no_word_does(text, name):
    assert not has(text, name)


def test_a_circumstance_is_told_beside_the_finding_that_it_led_to():
    assert has("Tackled at rugby, left upper abdominal pain.", "blow to the belly or ribs")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Blood pressure 124/78, cough, no fever.", "hemoptysis"),
        ("Blood pressure 118/70 and vomiting twice.", "gastrointestinal bleeding"),
        ("Chest clear, abdominal pain after meals.", "chest pain"),
        ("Yellow fever vaccine before Kenya.", "fever"),
        ("Sleep apnoea treated with CPAP.", "exhaustion in breathing"),
    ],
)
def test_a_part_of_a_compound_does_not_count_by_itself(text, name):
    assert not has(text, name)


def test_beside_a_compound_and_over_a_comma_the_same_words_count():
    assert has("Vomiting blood and blood pressure 90/50.", "gastrointestinal bleeding")
    assert has("Sewage worker, yellow, fever 39.", "fever")
    assert has("Low blood pressure since noon.", "hypotension")

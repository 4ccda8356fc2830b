import pytest

from workup.clinic.safety import read


def has(text, name):
    return any(mention.status == "present" for mention in read(text).named(name))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Chest clear, abdominal pain after meals.", "chest pain"),
        ("Blood pressure 124/78, cough, no fever.", "hemoptysis"),
        ("Fever and cough for three days, chills, pain on breathing in.", "peritonism"),
        ("Exam: chest. Knee: pain on stairs.", "chest pain"),
    ],
)
def test_groups_of_words_do_not_join_over_a_comma_a_colon_or_a_full_stop(text, name):
    assert not has(text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Pain that sits in the middle of the chest.", "chest pain"),
        ("Since morning he coughs bright red blood.", "hemoptysis"),
        ("The pain jolts when I cough.", "peritonism"),
    ],
)
def test_in_one_part_of_a_sentence_they_join_in_any_order(text, name):
    assert has(text, name)


def test_what_happened_may_be_told_over_commas():
    assert has("He swallowed a coin, so his sister says, and drools.", "choked on something")
    assert has("Floaters in the right eye, a growing shadow.", "flashes, floaters or curtain")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Blood pressure 118/70 and vomiting twice.", "gastrointestinal bleeding"),
        ("Yellow fever vaccine before Kenya.", "fever"),
        ("Hay fever every May.", "fever"),
        ("Sleep apnoea treated with CPAP.", "dyspnea"),
    ],
)
def test_a_part_of_a_compound_does_not_count_by_itself(text, name):
    assert not has(text, name)


def test_beside_a_compound_and_over_a_comma_the_same_words_count():
    assert has("Vomiting blood and blood pressure 90/50.", "gastrointestinal bleeding")
    assert has("Sewage worker, yellow, fever 39.", "fever")
    assert has("Low blood pressure since noon.", "hypotension")

from workup.clinic.safety import read
from workup.serve.page.findings import chips


def shown(text):
    return [chip.shown for chip in chips(read(text))]


def test_findings_values_and_the_age_stand_in_the_order_of_the_text():
    text = "58-year-old man with a cough, no rash. Blood pressure 85/50 mmHg."
    assert shown(text) == ["58-year-old", "cough", "no rash", "blood pressure 85/50 mmHg"]


def test_each_word_is_shown_once_under_the_longest_finding_that_it_belongs_to():
    assert shown("pleuritic chest pain") == ["pleuritic chest pain"]
    assert shown("crushing chest pain") == ["crushing chest"]


def test_a_fever_that_is_absent_is_denied_not_a_finding_called_no_fever():
    (chip,) = chips(read("no fever"))
    assert (chip.shown, chip.name, chip.denied) == ("no fever", "fever", True)


def test_a_pattern_over_several_findings_is_no_chip():
    found = shown("cough, fever of 39.2 °C, pleuritic chest pain")
    assert not any("," in words for words in found)


def test_what_the_words_were_understood_as_is_told_where_they_do_not_say_it():
    sudden, plain = chips(read("sudden severe headache, vomiting"))
    assert (sudden.understood, plain.understood) == ("thunderclap headache", "")

from workup.clinic.safety.words import Phrases, split


def found(phrase, text):
    phrases = Phrases()
    phrases.add(phrase, phrase)
    words = split(text)
    return [text[words[hit.first].start : words[hit.last - 1].end] for hit in phrases.find(words)]


def test_a_phrase_is_found_whatever_its_capitals_and_hyphens():
    assert found("right sided", "Right-sided pain") == ["Right-sided"]


def test_a_star_stands_for_the_rest_of_a_word():
    assert found("vomit*", "Vomiting, vomited") == ["Vomiting", "vomited"]


def test_an_abbreviation_is_found_in_capitals_only():
    assert found("DOE", "DOE; a doe") == ["DOE"]


def test_american_spelling_finds_british():
    assert found("hematoma*", "Haematomas, no oedema") == ["Haematomas"]


def test_no_phrase_reaches_over_the_end_of_a_sentence():
    assert found("chest pain", "Pain in the chest. Pain") == []


def test_a_decimal_point_ends_no_sentence():
    assert {word.sentence for word in split("T 39.4 today")} == {0}

from workup.learning.traits import traits_of, word_counts

TEXTS = ["Cough and fever for three days", "Cough and a rash"]


def test_a_word_is_unknown_where_no_other_training_text_has_it():
    taught = word_counts(TEXTS)
    assert traits_of("cough and wheeze", taught, own=False).unknown == 1 / 3
    assert traits_of(TEXTS[1], taught, own=True).unknown == 1 / 3


def test_findings_that_are_denied_are_not_there():
    traits = traits_of("Dry cough, no fever.", word_counts(TEXTS), own=False)
    assert "fever" not in traits.findings
    assert any("cough" in name for name in traits.findings)
    assert traits.words == 4


def test_a_text_without_words_has_no_unknown_ones():
    assert traits_of("12", word_counts(TEXTS), own=False).unknown == 0

from learning_cases import GOUT
from workup.clinic.book import conditions
from workup.learning.copies import Known, Texts
from workup.registry.fingerprints import form

TEXT = GOUT["text"]
REORDERED = ". ".join(reversed(TEXT.rstrip(".").split(". ")))


def test_a_text_without_words_is_a_copy_of_none():
    assert Texts([Known("", None, "nowhere")]).copies("") == []


def test_a_case_with_a_few_words_changed_is_nearly_a_copy():
    texts = Texts([Known(form(TEXT), "Gout", "here")])
    (copy,) = texts.copies(form(TEXT.replace("Beer daily", "Wine daily")))
    assert 0.8 <= copy.similarity < 1
    assert str(copy).startswith("nearly a copy (0.9")


def test_every_known_text_of_one_form_is_found():
    texts = Texts([Known(form(TEXT), "Gout", "here"), Known(form(REORDERED), "Migraine", "there")])
    assert {copy.known.place for copy in texts.copies(form(TEXT))} == {"here", "there"}


def test_no_case_of_the_case_book_is_a_copy_of_another():
    texts = Texts()
    for _, condition in conditions():
        for case in condition.cases:
            assert texts.copies(form(case.text)) == []
            texts.add(Known(form(case.text), condition.name, case.id))

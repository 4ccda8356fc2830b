from pathlib import Path

import pytest

from clinic_task import make_clinic_recipe
from learning_cases import CROUP, GOUT
from workup.registry.fingerprints import fingerprint, form, texts_of

TEXT = GOUT["text"]
REORDERED = ". ".join(reversed(TEXT.rstrip(".").split(". ")))


@pytest.mark.parametrize("copy", [TEXT.upper(), TEXT.replace("61", "48"), TEXT.replace(",", ";"), REORDERED])
def test_a_copy_in_other_letters_numbers_marks_or_order_has_the_same_fingerprint(copy):
    assert copy != TEXT
    assert fingerprint(copy) == fingerprint(TEXT)


def test_another_case_has_another_fingerprint():
    assert fingerprint(TEXT) != fingerprint(CROUP["text"])


def test_a_text_without_words_has_no_form():
    assert form(" ...!") == ""


def test_the_texts_of_a_row_are_what_the_prompt_reads_and_every_other_form_of_the_case():
    recipe = make_clinic_recipe(Path("cases.jsonl")).change("prompt.template", "{note}")
    row = {"note": "one", "text": "two", "findings": "", "whole": "three", "diagnosis": "Gout", "id": "four"}
    assert texts_of(row, recipe) == ["one", "two", "three"]

import pytest

from workup.errors import DataError
from workup.learning.labels import label, labels


def test_a_diagnosis_is_found_by_any_of_its_names_in_any_case():
    assert label("  heart   ATTACK").name == "Acute myocardial infarction"
    assert label("gout").specialty == "Rheumatology and immunology"


def test_an_unknown_diagnosis_is_an_error_with_the_nearest_name():
    with pytest.raises(DataError, match="'Gouty' is no diagnosis of the case book; did you mean 'Gout'"):
        label("Gouty")


def test_a_name_like_none_of_them_does_not_print_hundreds():
    with pytest.raises(DataError) as told:
        label("xyzzy")
    assert len(str(told.value)) < 200


def test_every_diagnosis_of_the_book_is_its_own_label():
    assert all(label(one.name) == one for one in labels())

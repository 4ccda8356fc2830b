import pytest

from workup.data.nearest import nearest, normalise


def test_case_numbers_and_punctuation_do_not_hide_a_copy():
    assert normalise("A man, 58; CRP: 67!") == normalise("a man 61 crp 12")


def test_a_copy_with_other_numbers_is_found_and_a_rewrite_is_not():
    train = ["Fever for 3 days, cough, CRP 67.", "A hard lump in the left breast, dimpled skin."]
    changed, rewritten = nearest(
        ["Fever for 5 days, cough. CRP 90.", "She has been coughing and hot since Monday."], train
    )
    assert (changed.index, changed.is_near_copy) == (0, True)
    assert not rewritten.is_near_copy


def test_an_identical_text_has_similarity_one():
    assert nearest(["abc def"], ["x", "abc def"])[0].similarity == 1.0


def test_an_empty_set_to_compare_with_is_refused():
    with pytest.raises(ValueError, match="no text to compare"):
        nearest(["a"], [])

import pytest

from workup.clinic.assess.negation import marked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Burning urine, no fever, no flank pain.", "Burning urine, no not_fever, no not_flank not_pain."),
        ("He denies chest pain but has dyspnea.", "He denies not_chest not_pain but has dyspnea."),
        ("Chest pain and fever.", "Chest pain and fever."),
        ("", ""),
    ],
)
def test_words_of_absent_findings_are_marked_and_no_others(text, expected):
    assert marked(text) == expected

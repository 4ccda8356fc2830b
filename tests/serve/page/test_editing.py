import pytest

from workup.clinic.safety import read
from workup.errors import DataError
from workup.serve.page.editing import edited
from workup.serve.page.findings import chips

NOTE = (
    "58-year-old man with a productive cough, pleuritic chest pain and crackles for a day. No leg swelling."
)
LIST = "sudden severe headache, neck stiffness, vomiting, no fever, no rash"


def place(text, words):
    return next(chip.place for chip in chips(read(text)) if chip.words.text == words)


def statuses(text):
    return {chip.words.text.lower(): chip.status for chip in chips(read(text)) if chip.kind == "finding"}


@pytest.mark.parametrize("text", [NOTE, LIST, "Denies fever, cough or chills. Possible rash."])
def test_every_finding_can_be_denied_affirmed_and_removed_and_no_other_changes(text):
    before = statuses(text)
    for chip in chips(read(text)):
        if chip.kind != "finding":
            continue
        words, others = chip.words.text.lower(), {**before}
        del others[words]
        assert statuses(edited(text, f"remove:{chip.place}")) == others
        assert statuses(edited(text, f"deny:{chip.place}")) == {**others, words: "absent"}
        assert statuses(edited(text, f"affirm:{chip.place}")) == {**others, words: "present"}


def test_a_word_that_denies_goes_with_what_it_denied():
    assert edited(LIST, f"affirm:{place(LIST, 'rash')}").endswith("no fever, rash")
    assert edited(LIST, f"remove:{place(LIST, 'fever')}").endswith("vomiting, no rash")


def test_a_list_goes_on_as_a_list_and_a_note_gets_a_sentence():
    assert edited(LIST, "exclude:photophobia") == f"{LIST}, no photophobia"
    assert edited(NOTE, "add:night sweats") == f"{NOTE} Night sweats."


def test_a_measured_value_can_be_taken_out_but_not_denied():
    text = "A man with fever. BP 85/50 mmHg. He sweats."
    where = place(text, "BP 85/50 mmHg")
    assert "BP" not in edited(text, f"remove:{where}")
    with pytest.raises(DataError, match="can only be removed"):
        edited(text, f"deny:{where}")


def test_what_is_no_change_is_told():
    with pytest.raises(DataError, match="'denie' is no change to a case; did you mean 'deny'"):
        edited(NOTE, "denie:1:2")
    with pytest.raises(DataError, match="ask again first"):
        edited(NOTE, "deny:1:2")
    with pytest.raises(DataError, match="names no finding"):
        edited(NOTE, "add: ")

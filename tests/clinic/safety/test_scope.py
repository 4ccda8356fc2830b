from pathlib import Path

import pytest
import yaml

from workup.clinic.safety import read
from workup.clinic.safety.signs import signs

PAIRS = yaml.safe_load((Path(__file__).parent / "negation.yaml").read_text(encoding="utf-8"))


def statuses(text, finding):
    names = {finding, *signs()[finding].findings}
    return {mention.status for mention in read(text).findings if mention.name in names}


def test_there_are_pairs_of_every_style():
    assert len(PAIRS) >= 60
    assert {pair["style"] for pair in PAIRS} == {"telegraphic", "note", "lay"}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['style']}: {pair['absent']}")
def test_a_finding_is_told_from_its_denial(pair):
    assert {"present", "possible"} & statuses(pair["present"], pair["finding"])
    denied = statuses(pair["absent"], pair["finding"])
    assert denied
    assert not {"present", "possible"} & denied


@pytest.mark.parametrize(
    ("text", "finding", "status"),
    [
        ("Return if chest pain.", "chest pain", "hypothetical"),
        ("M 40. Father had a seizure.", "seizure", "family"),
        ("My mother had a seizure this morning and she is still asleep.", "seizure", "present"),
        ("F 30. Seizure in childhood.", "seizure", "past"),
        ("Suspected seizure.", "seizure", "possible"),
        ("3 day history of fever.", "fever", "present"),
        ("No fever but chest pain.", "chest pain", "present"),
        ("Denies fever, chills, chest pain.", "chest pain", "absent"),
        ("He doesn't deny chest pain.", "chest pain", "present"),
        ("Fever no longer.", "fever", "present"),
        ("Should fever or a seizure occur, he is to come back.", "seizure", "hypothetical"),
        ("Should we worry about her fever?", "fever", "possible"),
        ("Should chest pain last two hours?", "chest pain", "present"),
        (
            "Denies suicidal thoughts, plans, or any self-harm at all, and sleeps well.",
            "suicidal intent",
            "absent",
        ),
        ("The lump in his groin has gone hard.", "hernia that is stuck", "present"),
        ("He isn't feeding and is floppy.", "danger signs of an infant", "present"),
        ("My neighbour's baby has a fever.", "fever", "present"),
    ],
)
def test_status(text, finding, status):
    assert status in statuses(text, finding)

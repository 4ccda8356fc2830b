import pytest

from workup.clinic.assess.conversation import Conversation
from workup.errors import DataError


@pytest.fixture
def conversation(diagnoser):
    return Conversation(diagnoser.assess)


def test_findings_add_up_and_move_the_differential(conversation):
    conversation.say("58 year old man with chest pain and sweating")
    assert all(move.direction == "" for move in conversation.moves())
    conversation.say("ST elevation in II, III and aVF")
    assert (
        conversation.text == "58 year old man with chest pain and sweating. ST elevation in II, III and aVF."
    )
    assert [move.now for move in conversation.moves()] == [
        one.probability for one in conversation.latest.differential
    ]


def test_the_last_finding_can_be_taken_back(conversation):
    first = conversation.say("itchy silvery scaly plaques on both elbows and knees")
    conversation.say("joint pain in the fingers")
    assert conversation.undo() == "joint pain in the fingers."
    assert conversation.latest == first
    conversation.undo()
    assert conversation.undo() is None
    assert conversation.moves() == ()


def test_what_cannot_be_read_is_not_kept(conversation):
    with pytest.raises(DataError):
        conversation.say("  ")
    assert conversation.text == ""

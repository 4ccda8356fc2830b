import dataclasses

import pytest

from workup.examine.finding import STAGES


def test_the_board_has_the_eight_stages_in_their_order(faulty):
    board = faulty.board()
    assert tuple(standing.stage for standing in board) == STAGES
    states = {standing.stage: standing.state for standing in board}
    assert (states["training"], states["tokenization"], states["model"]) == ("error", "note", "not checked")


def test_a_stage_is_sound_when_its_checks_found_nothing_and_says_how_many_were_made(sound, unchecked):
    training = sound.board()[STAGES.index("training")]
    assert (training.state, training.counts) == ("sound", "")
    assert unchecked.board()[STAGES.index("training")].counts == "0/1"


def test_the_worst_comes_first(faulty):
    assert [finding.code for finding in faulty.worst_first] == ["TRA901", "TOK901"]


def test_the_exit_status_says_whether_it_is_serious(faulty, sound, unchecked):
    assert [report.exit_status for report in (sound, faulty, unchecked)] == [0, 1, 2]
    noted = dataclasses.replace(faulty, findings=faulty.findings[1:])
    assert noted.exit_status == 0


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        ("faulty", "1 error and 1 note in 2 checks"),
        ("sound", "2 checks found nothing"),
        ("unchecked", "Nothing could be checked"),
    ],
)
def test_the_verdict_counts_what_was_found(kind, verdict, request):
    assert request.getfixturevalue(kind).verdict == verdict


def test_missing_parts_are_counted_by_the_checks_that_need_them(unchecked):
    assert list(unchecked.missing().items()) == [("log", 2), ("model", 1)]


def test_a_notebook_shows_the_report_as_html(faulty):
    assert "The loss ends at 9.0 &lt;nats&gt;" in faulty._repr_html_()

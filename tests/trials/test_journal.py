import pytest

from workup.errors import RunError, SaveError
from workup.trials import Outcome
from workup.trials.journal import JOURNAL, Journal


def test_what_was_added_is_known_to_the_next_reader(tmp_path):
    outcome = Outcome({"top1": 0.25}, ("a",), ("line\u2028separator",), (1,))
    Journal(tmp_path).add("key", outcome, {"seed": 0})
    assert Journal(tmp_path).get("key") == outcome
    assert len(Journal(tmp_path)) == 1


def test_a_failed_trial_is_to_be_run_again(tmp_path):
    Journal(tmp_path).add("key", Outcome(error="it crashed"), {})
    assert Journal(tmp_path).get("key") is None


def test_half_a_line_is_cut_off_and_the_next_one_begins_where_it_began(tmp_path):
    Journal(tmp_path).add("first", Outcome({"top1": 1.0}), {})
    with (tmp_path / JOURNAL).open("a") as file:
        file.write('{"key": "half')
    Journal(tmp_path).add("second", Outcome({"top1": 0.0}), {})
    again = Journal(tmp_path)
    assert (again.get("first").metrics, again.get("second").metrics) == ({"top1": 1.0}, {"top1": 0.0})
    assert len((tmp_path / JOURNAL).read_text().splitlines()) == 2


def test_a_line_of_something_else_is_named(tmp_path):
    (tmp_path / JOURNAL).write_text('{"step": 3}\n')
    with pytest.raises(RunError, match=r"journal.jsonl:1 is no line of a journal"):
        Journal(tmp_path)


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SaveError, match="cannot be made"):
        Journal(tmp_path / "file" / "inside")

import pytest

from workup.errors import RunError
from workup.learning.retraining.rounds import PLAN, begin, locked, unfinished


def test_a_round_that_was_begun_is_found_until_it_is_finished(tmp_path):
    begun = begin(tmp_path, "general@1", ["a", "b"])
    assert unfinished(tmp_path, "general@1") == begun
    begun.finish({"state": "passed"})
    assert unfinished(tmp_path, "general@1") is None
    assert begin(tmp_path, "general@1", []).folder.name == "002"


def test_it_is_not_gone_on_with_once_another_version_serves(tmp_path):
    begin(tmp_path, "general@1", ["a"])
    assert unfinished(tmp_path, "general@2") is None


def test_a_round_that_was_killed_before_it_had_a_plan_does_not_count(tmp_path):
    (tmp_path / "001").mkdir()
    assert unfinished(tmp_path, "general@1") is None
    assert begin(tmp_path, "general@1", []).folder.name == "002"


def test_a_damaged_plan_is_named(tmp_path):
    begin(tmp_path, "general@1", ["a"])
    (tmp_path / "001" / PLAN).write_text("{")
    with pytest.raises(RunError, match=r"plan.json is damaged .* remove the folder"):
        unfinished(tmp_path, "general@1")


def test_two_at_a_time_are_refused(tmp_path):
    with (
        locked(tmp_path / "general"),
        pytest.raises(RunError, match="another training works in"),
        locked(tmp_path / "general"),
    ):
        pass


def test_the_lock_of_one_that_ended_is_free(tmp_path):
    for _ in range(2):
        with locked(tmp_path):
            pass

import json

import pytest

from workup.files import sha256
from workup.registry import RegistryError
from workup.registry.decisions import Decisions, files


@pytest.fixture
def decide(tmp_path):
    """Takes decisions one after the other, each on what was there before it: decide("promote", 1)."""

    def take(*taken):
        for action, version in taken:
            Decisions(tmp_path, "general").append(action, version, "sum", by="ada")
        return Decisions(tmp_path, "general")

    return take


def test_nothing_serves_before_the_first_promotion(decide):
    assert decide().serving is None
    assert decide(("refuse", 1)).serving is None


def test_the_version_that_was_promoted_last_serves(decide):
    assert decide(("promote", 1), ("promote", 2), ("refuse", 3)).serving == 2


def test_a_rollback_takes_off_the_last_promotion_and_a_second_one_the_one_before(decide):
    three = decide(("promote", 1), ("promote", 2), ("promote", 3))
    assert three.served == [1, 2, 3]
    assert decide(("rollback", 2)).served == [1, 2]
    assert decide(("rollback", 1)).serving == 1
    assert decide(("promote", 3)).served == [1, 3]


def test_each_decision_tells_what_served_before_and_holds_the_checksum_of_the_last(decide, tmp_path):
    first, second = decide(("promote", 1), ("promote", 2)).all
    assert (first.before, first.previous) == (None, None)
    assert (second.number, second.before) == (2, 1)
    assert second.previous == sha256(tmp_path / "general" / "000001.json")


def test_the_reasons_of_a_decision_lose_their_identifiers(tmp_path):
    told = {"why": "Mrs Gonzalez, MRN 4711-22, was called well", "override": "asked for by smith, john"}
    Decisions(tmp_path, "general").append("promote", 1, "sum", by="ada", **told)
    (kept,) = Decisions(tmp_path, "general").all
    assert (kept.why, kept.override) == ("Mrs [NAME], MRN [ID], was called well", "asked for by [NAME]")


def test_of_two_decisions_at_once_exactly_one_is_taken(tmp_path, decide):
    decide(("promote", 1))
    mine, theirs = Decisions(tmp_path, "general"), Decisions(tmp_path, "general")
    theirs.append("promote", 2, "sum", by="grace")
    with pytest.raises(RegistryError, match=r"at the same time: grace promoted general@2"):
        mine.append("promote", 3, "sum", by="ada")
    assert decide().serving == 2


def test_a_file_that_is_no_decision_is_named(decide, tmp_path):
    decide(("promote", 1))
    (tmp_path / "general" / "000001.json").write_text("{}")
    with pytest.raises(RegistryError, match=r"000001\.json is no decision"):
        decide()


def test_what_a_killed_writer_left_is_not_read(decide, tmp_path):
    decide(("promote", 1))
    (tmp_path / "general" / ".partial-x").write_text('{"number"')
    assert decide().serving == 1
    assert len(files(tmp_path / "general")) == 1


def test_a_decision_is_written_down_whole(decide, tmp_path):
    Decisions(tmp_path, "general").append(
        "promote",
        1,
        "sum",
        by="ada",
        why="the ward asked",
        override="a pilot",
        gates=[{"gate": "g", "passed": False}],
    )
    kept = json.loads((tmp_path / "general" / "000001.json").read_text())
    assert {name: kept[name] for name in ("by", "why", "override", "version", "action", "manifest")} == {
        "by": "ada",
        "why": "the ward asked",
        "override": "a pilot",
        "version": 1,
        "action": "promote",
        "manifest": "sum",
    }
    assert decide().all[0].failed == ["g"]

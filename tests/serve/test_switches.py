"""Switches: what is off, since when and why, and which answers that stops."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from workup.clinic.assess.assessment import Candidate
from workup.serve import switches
from workup.serve.errors import ServeError
from workup.serve.store import Database
from workup.serve.store.tables import Event, Switch


def turn(database: Database, scope: str, off: bool, why: str = "a wrong answer was reported") -> None:
    with database.session() as session:
        switches.set(session, scope, off, "ada", why, "r-1")


def off(database: Database) -> dict[str, Switch]:
    with database.reading() as session:
        return switches.off(session)


def test_nothing_is_off_at_first(opened: Database):
    assert off(opened) == {}


def test_the_newest_switch_of_a_scope_holds_and_all_of_them_stay(opened: Database):
    turn(opened, "all", True)
    turn(opened, "Cardiology", True)
    turn(opened, "all", False, "it was mended")
    assert [*off(opened)] == ["Cardiology"]
    with opened.reading() as session:
        assert switches.is_off(session, "cardiology")
        assert not switches.is_off(session, "all")
        assert [(one.scope, one.off) for one in switches.newest(session)] == [
            ("Cardiology", True),
            ("all", False),
        ]
        assert len([*session.scalars(select(Switch))]) == 3


def test_a_switch_stands_in_the_audit(quick: Database):
    turn(quick, "Cardiology", True)
    with quick.reading() as session:
        (event,) = session.scalars(select(Event))
    assert (event.action, event.caller, event.request) == ("switch", "ada", "r-1")
    assert event.told == {"scope": "Cardiology", "off": True, "why": "a wrong answer was reported"}


def test_a_reason_loses_its_identifiers_before_it_is_kept_and_told(quick: Database):
    turn(quick, "all", True, "Mrs Gonzalez, MRN 4711-22, got a wrong answer")
    with quick.reading() as session:
        (event,), (switch,) = session.scalars(select(Event)), session.scalars(select(Switch))
    assert event.told["why"] == switch.why == "Mrs [NAME], MRN [ID], got a wrong answer"
    assert "Gonzalez" not in switches.stops_request(off(quick), None)


@pytest.mark.parametrize(
    ("scope", "kept"),
    [
        ("all", "all"),
        ("CARDIOLOGY", "Cardiology"),
        ("gastroenterology-and-hepatology", "Gastroenterology and hepatology"),
    ],
)
def test_a_specialty_is_known_by_its_name_and_by_that_of_its_line(scope: str, kept: str):
    assert switches.checked(scope) == kept


def test_an_unknown_specialty_or_no_reason_is_refused(quick: Database):
    with pytest.raises(ServeError, match="did you mean 'Cardiology'"):
        turn(quick, "Cardiologie", True)
    with pytest.raises(ServeError, match="say why"):
        turn(quick, "all", True, " ")
    assert off(quick) == {}


def test_a_request_is_stopped_by_the_switch_for_all_and_by_that_of_its_specialty(quick: Database):
    turn(quick, "Cardiology", True)
    found = off(quick)
    assert switches.stops_request(found, None) is None
    assert switches.stops_request(found, "Dermatology") is None
    told = switches.stops_request(found, "cardiology")
    assert told is not None
    assert told.startswith("answers in Cardiology are turned off since ")
    assert told.endswith("UTC: a wrong answer was reported")
    turn(quick, "all", True)
    assert switches.stops_request(off(quick), None).startswith("all answers are turned off since ")


def test_an_answer_is_stopped_where_its_first_condition_or_its_set_is_of_that_specialty(
    quick: Database, diagnoser
):
    turn(quick, "Cardiology", True)
    found, answer = off(quick), diagnoser.assess("Itchy silvery plaques on both elbows.")

    def candidate(specialty: str, in_set: bool) -> Candidate:
        return Candidate("x", 0.5, in_set, specialty=specialty)

    def stopped(*differential: Candidate) -> bool:
        return switches.stops_answer(found, replace(answer, differential=differential)) is not None

    assert stopped(candidate("Cardiology", False))
    assert stopped(candidate("Dermatology", True), candidate("Cardiology", True))
    assert not stopped(candidate("Dermatology", True), candidate("Cardiology", False))
    assert not stopped()

"""The desk: the one way to an answer, and what it does where there is none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from workup.clinic.assess import Assessment
from workup.errors import DataError
from workup.run import Run
from workup.serve import switches
from workup.serve.audit.chain import verify
from workup.serve.desk import Answer, Desk, Given
from workup.serve.engine.batching import Batcher
from workup.serve.engine.models import Held, Models
from workup.serve.errors import ServeError, Unavailable
from workup.serve.problems import Problem
from workup.serve.security.roles import Caller, Role
from workup.serve.settings import Settings
from workup.serve.store import Database
from workup.serve.store.tables import Event

HEART = "Mr Gonzalez, 61. Crushing central chest pain into the left arm, sweating. ST elevation in II."
SKIN = "Itchy silvery plaques on both elbows, pitted nails, worse in winter."
ADA = Caller("ada", frozenset({Role.CLINICIAN}), "key")


@pytest.fixture(scope="module")
def models(diagnoser, clinic_run: Run) -> Models:
    models = Models(Settings(run=clinic_run.folder))
    models.load()
    return models


@pytest.fixture
def batcher() -> Iterator[Batcher]:
    batcher = Batcher(Settings(batch_wait=0.01))
    yield batcher
    batcher.close()


@pytest.fixture
def desk(quick: Database, models: Models, batcher: Batcher) -> Desk:
    return Desk(Settings(), quick, models, batcher)


def ask(desk: Desk, given: Any, **how: Any) -> Answer:
    return asyncio.run(desk.assess(given, caller=ADA, request="r-1", **how))


def events(database: Database) -> list[Event]:
    with database.reading() as session:
        return [*session.scalars(select(Event).where(Event.action == "assess").order_by(Event.id))]


def turn_off(database: Database, scope: str) -> None:
    with database.session() as session:
        switches.set(session, scope, True, "ada", "a wrong answer was reported", "r-0")


def test_the_answer_is_that_of_the_model_and_says_which_one(desk: Desk, models: Models, diagnoser):
    answer = ask(desk, SKIN)
    alone = diagnoser.assess_many([SKIN], explain=False)[0]
    assert answer.assessment.differential[0].name == alone.differential[0].name
    (held,) = models.all()
    assert (answer.version, answer.checksum, answer.why) == (
        held.name,
        held.checksum,
        "run: no specialty is named",
    )
    assert (answer.request, answer.stopped) == ("r-1", None)
    assert answer.assessment.notice == "A test, not a doctor."


def test_the_model_is_asked_without_identifiers_and_only_that_is_kept(desk: Desk, quick: Database):
    answer = ask(desk, HEART)
    assert answer.assessment.text == HEART.replace("Gonzalez", "[NAME]")
    (event,) = events(quick)
    assert event.id == answer.event
    assert event.told["given"] == answer.assessment.text
    assert "Gonzalez" not in event.details
    assert event.told["answer"]["red_flags"] == ["heart-attack"]


def test_what_was_sent_is_kept_only_where_that_is_switched_on(
    quick: Database, models: Models, batcher: Batcher
):
    ask(Desk(Settings(keep_raw=True), quick, models, batcher), HEART)
    assert events(quick)[0].told["raw"] == HEART


def test_columns_lose_their_identifiers_too(desk: Desk):
    answer = ask(desk, {"findings": "Symptoms: itchy plaques. Seen by Dr Okonkwo."})
    assert answer.assessment.text == "Symptoms: itchy plaques. Seen by Dr [NAME]."


def test_every_answer_is_told_to_whoever_counts(quick: Database, models: Models, batcher: Batcher):
    told: list[tuple[str, bool]] = []

    def count(version: str, assessment: Assessment, stopped: bool) -> None:
        told.append((version, stopped))

    desk = Desk(Settings(), quick, models, batcher, count)
    ask(desk, SKIN)
    turn_off(quick, "all")
    ask(desk, SKIN)
    assert told == [("run", False), ("run", True)]


def test_the_model_gives_reasons_only_where_they_are_asked_for(
    quick: Database, models: Models, batcher: Batcher
):
    explained: list[bool] = []

    class Watched:
        async def submit(self, held: Held, given: Given, explain: bool) -> Assessment:
            explained.append(explain)
            return await batcher.submit(held, given, explain)

    desk = Desk(Settings(), quick, models, Watched())
    ask(desk, SKIN)
    ask(desk, SKIN, explain=True)
    assert explained == [False, True]


def test_with_all_answers_off_red_flags_and_the_notice_are_still_given(desk: Desk, quick: Database):
    turn_off(quick, "all")
    answer = ask(desk, HEART)
    said = answer.assessment
    assert answer.stopped is not None
    assert answer.stopped.startswith("all answers are turned off since ")
    assert (said.abstained, said.diagnosis, said.differential, said.cannot_miss) == ("stopped", None, (), ())
    assert [flag.id for flag in said.red_flags] == ["heart-attack"]
    assert said.notice == "A test, not a doctor."
    assert events(quick)[0].told["stopped"] == answer.stopped


def test_an_answer_in_a_specialty_that_is_off_is_held_back_and_others_are_given(desk: Desk, quick: Database):
    first = ask(desk, SKIN).assessment.differential[0]
    turn_off(quick, str(first.specialty))
    stopped = ask(desk, SKIN)
    assert stopped.stopped is not None
    assert stopped.assessment.differential == ()
    assert first.name not in str(stopped.assessment.to_json())
    assert ask(desk, "hello there").stopped is None


def test_a_switch_that_is_turned_while_the_model_works_stops_that_answer(
    quick: Database, models: Models, batcher: Batcher
):
    class Slow:
        """A batcher during whose work somebody turns the switch."""

        async def submit(self, *asked: Any, **how: Any) -> Any:
            found = await batcher.submit(*asked, **how)
            turn_off(quick, "all")
            return found

    answer = ask(Desk(Settings(), quick, models, Slow()), SKIN)
    assert answer.stopped is not None
    assert answer.assessment.differential == ()


def test_where_the_model_fails_red_flags_are_given_and_the_failure_is_logged(
    quick: Database, models: Models, caplog: pytest.LogCaptureFixture
):
    class Broken:
        async def submit(self, *asked: Any, **how: Any) -> None:
            raise ZeroDivisionError

    answer = ask(Desk(Settings(), quick, models, Broken()), HEART)
    assert answer.stopped == "run failed on this case"
    assert [flag.id for flag in answer.assessment.red_flags] == ["heart-attack"]
    assert "ZeroDivisionError" in caplog.text
    assert "Gonzalez" not in caplog.text


def test_where_no_model_is_loaded_red_flags_are_given(quick: Database, batcher: Batcher, clinic_run: Run):
    nothing = Models(Settings(run=clinic_run.folder))
    answer = ask(Desk(Settings(), quick, nothing, batcher), HEART)
    assert (answer.version, answer.checksum) == ("", "")
    assert answer.stopped == "no model can answer now: none is loaded yet"
    assert [flag.id for flag in answer.assessment.red_flags] == ["heart-attack"]
    assert "Research software" in answer.assessment.notice


def test_what_cannot_be_assessed_is_refused_and_not_kept(desk: Desk, quick: Database):
    with pytest.raises(DataError, match="nothing in 'findings'"):
        ask(desk, {"finding": "fever"})
    with pytest.raises(Problem, match="20001 characters, and at most 20000"):
        ask(desk, "x" * 20_001)
    with pytest.raises(ServeError, match="did you mean 'Cardiology'"):
        ask(desk, SKIN, specialty="Cardiologie")
    assert events(quick) == []


def test_without_its_database_there_is_no_answer(desk: Desk, quick: Database, tmp_path: Path):
    (tmp_path / "quick.db").unlink()
    with pytest.raises(Unavailable):
        ask(desk, SKIN)


def collected(answers: AsyncIterator[Answer]) -> list[Answer]:
    async def all_of_them() -> list[Answer]:
        return [answer async for answer in answers]

    return asyncio.run(all_of_them())


def test_many_cases_are_answered_in_their_order_and_each_is_in_the_audit(desk: Desk, quick: Database):
    cases = [(f"{SKIN} Day {day}.", None) for day in range(40)]
    answers = collected(desk.stream(cases, caller=ADA, request="r-1"))
    assert [answer.assessment.text for answer in answers] == [text for text, _ in cases]
    assert sorted(answer.event for answer in answers) == [*range(1, 41)]
    with quick.reading() as session:
        assert verify(session).broken is None


def test_a_case_that_cannot_be_assessed_is_named_by_its_place(desk: Desk):
    cases = [(SKIN, None), ({"finding": "fever"}, None), (SKIN, None)]
    with pytest.raises(Problem) as refused:
        collected(desk.stream(cases, caller=ADA, request="r-1"))
    assert [fault.field for fault in refused.value.errors] == ["cases.1"]


def test_who_stops_reading_a_stream_leaves_nothing_running(desk: Desk, batcher: Batcher):
    async def first_only() -> int:
        answers = desk.stream([(SKIN, None)] * 40, caller=ADA, request="r-1")
        async for _ in answers:
            break
        await answers.aclose()
        return len(asyncio.all_tasks())

    asyncio.run(first_only())
    assert batcher.waiting == 0

from dataclasses import replace

import pytest

from workup.serve.audit.chain import Entry, append
from workup.serve.audit.record import ASSESS, record, summary
from workup.serve.audit.replay import replay
from workup.serve.engine.sources import source_of
from workup.serve.errors import ServeError
from workup.serve.settings import Settings

TEXT = "A 54-year-old with polyuria, polydipsia and weight loss."


@pytest.fixture
def settings(clinic_run, diagnoser):
    return Settings.load({}, run=clinic_run.folder)


@pytest.fixture
def recorded(quick, diagnoser, settings):
    """Records what the diagnoser says of a text, changed as a test likes; gives the event's number."""

    def written(given=TEXT, change=lambda details: details, **entry):
        wanted = source_of(settings).serving()
        held = source_of(settings).named(wanted["general"])
        answer = diagnoser.assess_many([given], explain=False)[0]
        values = Entry(ASSESS, "ward", "r", held.name, held.checksum, change(record(given, answer)))
        with quick.session() as session:
            return append(session, replace(values, **entry)).id

    return written


def replayed(database, settings, number):
    with database.reading() as session:
        return replay(session, settings, number)


def test_an_answer_is_the_same_when_it_is_asked_again(quick, settings, recorded, diagnoser):
    found = replayed(quick, settings, recorded())
    assert found.same
    assert found.differences == ()
    assert found.now == summary(diagnoser.assess(TEXT))


def test_an_abstention_is_the_same_too(quick, settings, recorded):
    assert replayed(quick, settings, recorded("What is the capital of France?")).same


def test_what_is_not_as_recorded_is_named(quick, settings, recorded):
    def changed(details):
        first, *others = details["answer"]["differential"]
        moved = {**first, "probability": first["probability"] - 0.2}
        told = {"diagnosis": "Gout", "differential": [moved, *others, {"name": "Plague", "probability": 0.5}]}
        return {**details, "answer": {**details["answer"], **told}}

    found = replayed(quick, settings, recorded(change=changed))
    told = "\n".join(found.differences)
    assert not found.same
    assert "diagnosis: 'Gout' then" in told
    assert "Plague: in the differential then alone" in told
    assert found.moved == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"action": "feedback"}, "only answers can be asked again"),
        ({"version": "general@7"}, "and not general@7"),
        ({"checksum": "0" * 64}, "it is another model"),
        ({"details": {"stopped": "a drill"}}, "no model answered in event 1, .*: a drill"),
    ],
)
def test_what_cannot_be_asked_again_is_one_error(quick, settings, recorded, entry, reason):
    number = recorded(**entry)
    with pytest.raises(ServeError, match=reason):
        replayed(quick, settings, number)


def test_an_event_that_is_not_there_is_one_error(quick, settings):
    with pytest.raises(ServeError, match="there is no event 5; nothing was recorded yet"):
        replayed(quick, settings, 5)

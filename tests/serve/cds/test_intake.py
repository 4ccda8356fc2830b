import threading
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from learning_cases import MIGRAINE
from postgresql import waits
from workup.learning.intake import take_in_rows
from workup.serve import feedback
from workup.serve.audit.chain import Entry, append
from workup.serve.cds import intake
from workup.serve.cds.requests import Feedback
from workup.serve.store import Database
from workup.serve.store.tables import Card


def test_of_a_card_and_the_api_at_the_same_time_one_is_stored_and_the_other_known(postgresql, monkeypatch):
    database, suggestion, told = Database.open(postgresql.new_database()), uuid4(), []
    details = {"given": MIGRAINE["text"], "answer": {"diagnosis": MIGRAINE["diagnosis"], "probability": 0.9}}
    with database.session() as session:
        event = append(session, Entry("assess", "ehr", "r-1", version="general@1", details=details))
        card = Card(
            uuid=str(uuid4()),
            event=event.id,
            issuer="ehr",
            offered={str(suggestion): MIGRAINE["diagnosis"]},
            expires=datetime.now(UTC) + timedelta(days=1),
        )
        session.add(card)
    said = Feedback(
        card=card.uuid,
        outcome="accepted",
        acceptedSuggestions=[{"id": suggestion}],
        outcomeTimestamp=datetime.now(UTC).isoformat(),
    )

    def second():
        with database.session() as session:
            taken = feedback.take_in(session, MIGRAINE, event=event, sender="ward 3", request="r-2")
            told.append(taken.outcome)

    beside = threading.Thread(target=second)

    def with_another_meanwhile(*given, **how):
        taken = take_in_rows(*given, **how)
        beside.start()
        while beside.is_alive() and not waits(database):
            time.sleep(0.01)
        return taken

    monkeypatch.setattr(intake, "take_in_rows", with_another_meanwhile)
    assert intake.take_in(database, [said], "ehr", "r-3") == 1
    beside.join()
    assert told == ["known"]
    database.close()

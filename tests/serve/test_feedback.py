import threading
import time

from learning_cases import MIGRAINE
from postgresql import waits
from workup.serve.audit.chain import Entry, append
from workup.serve.feedback import take_in
from workup.serve.store import Database


def test_of_the_same_feedback_at_the_same_time_one_is_stored_and_the_other_known(postgresql):
    database, told = Database.open(postgresql.new_database()), []
    with database.session() as session:
        event = append(session, Entry("assess", "ward 3", "r-1"))

    def give(session, sender):
        told.append(take_in(session, MIGRAINE, event=event, sender=sender, request="r-2").outcome)

    def second():
        with database.session() as session:
            give(session, "ward 4")

    beside = threading.Thread(target=second)
    with database.session() as session:
        give(session, "ward 3")
        beside.start()
        while beside.is_alive() and not waits(database):
            time.sleep(0.01)
    beside.join()
    assert told == ["quarantined", "known"]
    database.close()

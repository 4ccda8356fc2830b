"""The clients of the hardness benchmark: what they send is taken, and what is missing afterwards shows."""

import sys
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT))

from bench.hardness_compare import compared  # noqa: E402
from bench.hardness_load import Reply, _texts, _verdict  # noqa: E402

from workup.serve.api.feedback import Feedback  # noqa: E402
from workup.serve.audit.chain import Entry, append  # noqa: E402
from workup.serve.store import Database  # noqa: E402


def reply(what, request, status, **told):
    return Reply(what, request, 0.0, 0.0, status, True, told)


class Remembered(list):
    def acknowledged(self):
        return [one for one in self if one.good and one.what == "feedback"]

    @property
    def replies(self):
        return self


def test_no_case_is_sent_twice():
    text = _texts()
    sent = [text(number) for number in range(2000)]
    assert len(set(sent)) == len(sent)


def test_every_verdict_is_one_that_the_service_takes():
    for number in range(6):
        for diagnosis in (None, "Gout", "Croup"):
            given = Feedback(**_verdict({"event": 1, "diagnosis": diagnosis}, number))
            assert given.diagnosis != diagnosis or diagnosis is None
            assert given.verdict == "corrected" or diagnosis is not None


def test_what_was_acknowledged_and_is_not_there_is_counted(tmp_path):
    path = str(tmp_path / "a.db")
    opened = Database.open(path)
    with opened.session() as session:
        append(session, Entry("assess", "bench", "r-1"))
        kept = {"event": 1, "outcome": "known", "item": None}
        append(session, Entry("feedback", "bench", "r-2", details=kept))
        append(session, Entry("feedback", "bench", "r-3", details={**kept, "event": 7}))
    opened.close()
    clients = Remembered(
        [
            reply("assess", "r-1", 200, event=1),
            reply("assess", "r-9", 200, event=2),
            reply("feedback", "r-2", 201, **kept),
            reply("feedback", "r-3", None, event=7),
            reply("feedback", "r-8", 201, event=2, outcome="quarantined", item=5),
            reply("assess", "r-7", 500, detail="the service failed"),
        ]
    )
    clients.service = SimpleNamespace(database=path)
    found = compared(clients)
    assert (found["answers"], found["answers_missing"]) == (2, 1)
    assert (found["feedback"], found["feedback_lost"]) == (2, 1)
    assert (found["unanswered"], found["stored_unanswered"], found["stored_twice"]) == (1, 1, 0)
    assert found["surprises"] == {"assess: 500 the service failed": 1}
    assert (found["audit"]["events"], found["audit"]["broken"]) == (3, None)

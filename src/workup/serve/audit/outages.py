"""Whether the database takes what is written down; and that it does so again, as an event of its own.

A full disk is read as ever, and refuses every answer, for no answer is given that is not in the audit. So
after a write that was refused only another write can show that it is over. Where requests are sent to ready
processes alone, none of them would: some seconds later the process writes itself, one event for each time
that it was refused.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Lock

from workup.serve.audit.chain import Entry, append
from workup.serve.errors import Unavailable
from workup.serve.store.database import Database

ACTION = "writes again"
# A disk that is nearly full takes a short event after it refused a long one: what was refused is believed so
# long. It is also how often the process tries.
HOLDS = timedelta(seconds=5)
_REFUSES = "the database answers but refuses to be written: is its disk full? The log has its words"
_trying = Lock()


def fault(database: Database) -> str | None:
    """What is wrong with the database, in a sentence without its address; None: nothing."""
    if not database.alive():
        return "the database does not answer"
    with _trying:
        refused = database.refused
        if refused is None:
            return None
        if datetime.now(UTC) - refused < HOLDS:
            return _REFUSES
        try:
            with database.session() as session:
                append(session, Entry(ACTION, "the service", "", details={"refused": refused.isoformat()}))
        except Unavailable:
            return _REFUSES
    return None

"""How much waits, for whom, what speaks against it, and what can be released."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from workup.learning.labels import label
from workup.learning.release import standings
from workup.learning.review import may_decide
from workup.learning.standing import OPEN, STATES, same
from workup.learning.tables import Intake, Reference

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Status:
    """Counts of the store.

    Attributes:
        states: items by state; every state is present.
        suspicions: open items by the kind of their flags; one item may have several.
        waiting: open items that each known reviewer may decide; `oldest`, when the oldest open item came in.
        releasable: agreed items by specialty; one text is counted once.
        taken: intakes, and rows by what became of them.
        references: stored texts by set, those of the case book not among them.
    """

    states: Mapping[str, int]
    suspicions: Mapping[str, int]
    waiting: Mapping[str, int]
    oldest: datetime | None
    releasable: Mapping[str, int]
    taken: Mapping[str, int]
    references: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {**asdict(self), "oldest": self.oldest.isoformat() if self.oldest else None}


def status(session: Session) -> Status:
    """The state of everything now."""
    found = standings(session)
    states = Counter(stands.state for _, stands in found)
    opened = [item for item, stands in found if stands.state in OPEN]
    reviewers = {same(d.reviewer): d.reviewer for item, _ in found for d in item.decisions}
    agreed = {item.fingerprint: stands.diagnosis for item, stands in found if stands.diagnosis}
    return Status(
        states={state: states[state] for state in STATES},
        suspicions=_sorted(Counter(kind for item in opened for kind in {flag.kind for flag in item.flags})),
        waiting={name: sum(may_decide(item, name) for item in opened) for name in reviewers.values()},
        oldest=min((item.intake.at for item in opened), default=None),
        releasable=_sorted(Counter(label(diagnosis).specialty for diagnosis in agreed.values())),
        taken=_taken(session),
        references=_sorted(Counter(session.scalars(select(Reference.role)))),
    )


def _taken(session: Session) -> dict[str, int]:
    columns = (Intake.quarantined, Intake.copies, Intake.barred, Intake.dropped)
    row = session.execute(select(func.count(), *(func.coalesce(func.sum(c), 0) for c in columns))).one()
    return dict(zip(("files", *(column.key for column in columns)), map(int, row), strict=True))


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

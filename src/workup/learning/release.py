"""What training may use: agreed on, in no contradiction, and no copy of what must never be trained on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from workup.learning.copies import Texts
from workup.learning.labels import label
from workup.learning.references import reserved, training
from workup.learning.standing import Standing, standing
from workup.learning.tables import Item
from workup.registry.fingerprints import form

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Released:
    """One example that training may use, and where it comes from.

    Attributes:
        fingerprint: of its text, 64 hexadecimal digits; one text is released once.
        item, sender, file, place, received: its number in the store, who sent it, in which file, where
            there, and when.
        reviewers: who agreed on the diagnosis.
    """

    text: str
    diagnosis: str
    specialty: str
    fingerprint: str
    item: int
    sender: str
    file: str
    place: str
    received: datetime
    reviewers: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {**asdict(self), "received": self.received.isoformat()}


def released(session: Session) -> list[Released]:
    """Every example that training may use now, in the order in which they came in.

    Looked up anew each time: what is reserved as a test after it was agreed on is no longer among them.
    """
    by_text: dict[str, Released] = {}
    for item, stands in standings(session):
        if stands.state == "agreed" and stands.diagnosis:
            by_text.setdefault(item.fingerprint, _example(item, stands, stands.diagnosis))
    return list(by_text.values())


def standings(session: Session) -> list[tuple[Item, Standing]]:
    """Every item with its state, seen beside the others and the reference sets."""
    found = [(item, standing(item)) for item in session.scalars(select(Item).order_by(Item.id))]
    agreed = [pair for pair in found if pair[1].state == "agreed"]
    if not agreed:
        return found
    never, taught = reserved(session), training(session)
    siblings = _by_fingerprint(agreed)
    return [
        (item, _seen(item, stands, never, taught, siblings[item.fingerprint]))
        if stands.state == "agreed"
        else (item, stands)
        for item, stands in found
    ]


def standing_among(session: Session, item: Item) -> Standing:
    """The state of one item, seen beside the others and the reference sets."""
    return next(stands for other, stands in standings(session) if other is item)


Pairs = Sequence[tuple[Item, Standing]]


def _by_fingerprint(agreed: Iterable[tuple[Item, Standing]]) -> dict[str, Pairs]:
    groups: defaultdict[str, list[tuple[Item, Standing]]] = defaultdict(list)
    for pair in agreed:
        groups[pair[0].fingerprint].append(pair)
    return dict(groups)


def _seen(item: Item, stands: Standing, never: Texts, taught: Texts, siblings: Pairs) -> Standing:
    """The standing of an agreed item: barred, contradicted, or as it is."""
    shape = form(item.text)
    if barred := never.copies(shape):
        why = f"{barred[0].how} of {barred[0].known.place}"
        return replace(stands, state="barred", diagnosis=None, why=why)
    others = {f"item {other.id}": view.diagnosis for other, view in siblings}
    others |= {
        copy.known.place: copy.known.diagnosis for copy in taught.copies(shape) if copy.similarity == 1
    }
    for place, diagnosis in others.items():
        if diagnosis != stands.diagnosis:
            why = f"{place} has the same findings and is {diagnosis}"
            return replace(stands, state="contradicted", diagnosis=None, why=why)
    return stands


def _example(item: Item, stands: Standing, diagnosis: str) -> Released:
    agreeing = (decision.reviewer for decision in stands.counted if decision.diagnosis == diagnosis)
    return Released(
        text=item.text,
        diagnosis=diagnosis,
        specialty=label(diagnosis).specialty,
        fingerprint=item.fingerprint,
        item=item.id,
        sender=item.sender,
        file=item.intake.file,
        place=item.place,
        received=item.received,
        reviewers=tuple(agreeing),
    )

"""Cases as they are sent, a few of them wrong or poisoned, and simulated reviewers who decide on them.

A reviewer knows the truth of an item and errs in a stated share of items: takes a right label for another of
its differential, or accepts a wrong one. Two decide on each item, and a third where they disagree. A flag
does not make them more careful. They err independently or, the other extreme, on the same items.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workup.clinic.book import conditions
from workup.data.rows import Row
from workup.learning.intake import take_in
from workup.learning.labels import label
from workup.learning.release import released
from workup.learning.review import decide
from workup.learning.store import opened
from workup.learning.tables import Item
from workup.registry.fingerprints import form

WRONG, POISON = 0.05, 0.02
KINDS = ("right", "wrong label", "poison")
SENDERS = 10


@dataclass(frozen=True)
class Sent:
    """A case on its way in: its sender, what is claimed, what it really is, and of which of `KINDS` it is."""

    sender: str
    text: str
    claimed: str
    truth: str
    kind: str

    @property
    def key(self) -> tuple[str, str]:
        return form(self.text), self.claimed


def spoiled(cases: Sequence[Row], chance: random.Random) -> list[Sent]:
    """The cases in their order: 5 % with a wrong label by mistake, and 2 % poison.

    Half of the mistakes and half of the poison name a diagnosis of the right one's differential. The other
    mistakes name any; the other poison comes from one sender, and always names the same.
    """
    names = sorted({row.values["diagnosis"] for row in cases})
    target = chance.choice(names)
    ranks = chance.sample(range(len(cases)), len(cases))
    poison, wrong = round(POISON * len(cases)), round(WRONG * len(cases))
    sent = []
    for rank, row in zip(ranks, cases, strict=True):
        sender, truth = f"hospital {chance.randrange(SENDERS)}", row.values["diagnosis"]
        others = [name for name in names if name != truth]
        near = [name for name in differential(truth) if name in others] or others
        claimed, kind = truth, "right"
        if rank < poison + wrong:
            kind = "poison" if rank < poison else "wrong label"
            claimed = chance.choice(near if rank % 2 else others)
        if kind == "poison" and rank % 2 == 0 and truth != target:
            sender, claimed = "Mallory", target
        sent.append(Sent(sender, row.values["text"], claimed, truth, kind))
    return sent


def differential(name: str) -> list[str]:
    """The other diagnoses of the case book that it names as easily mistaken for this one."""
    known = {alias.casefold() for _, one in conditions() for alias in one.names}
    told = [other for other in label(name).condition.differential if other.casefold() in known]
    return [label(other).name for other in told if label(other).name != name]


def take(database: str, sent: Sequence[Sent]) -> None:
    """Send everything through the real intake, sender by sender."""
    with tempfile.TemporaryDirectory() as folder, opened(database, create=True) as session:
        for number, sender in enumerate(sorted({one.sender for one in sent})):
            file = Path(folder) / f"{number}.jsonl"
            mine = [one for one in sent if one.sender == sender]
            lines = (json.dumps({"text": one.text, "diagnosis": one.claimed}) for one in mine)
            file.write_text("\n".join(lines), encoding="utf-8")
            take_in(session, str(file), sender, skip_bad=len(mine))


def review(database: str, sent: Sequence[Sent], error: float, same: bool, chance: random.Random) -> None:
    """Let reviewers decide on every item that is undecided; `same`: they all err on the same ones."""
    truth = {one.key: one.truth for one in sent}
    with opened(database) as session:
        for item in session.query(Item).order_by(Item.id):
            right = truth.get((form(item.text), str(item.diagnosis)))
            if item.decisions or right is None:
                continue
            said = [opinion(item, right, chance.random() < error, chance) for _ in range(3)]
            if same:
                said = said[:1] * 3
            for number, name in enumerate(said if said[0] != said[1] else said[:2]):
                decide(session, item, f"reviewer {number}", "accept", "simulated", name)


def opinion(item: Item, right: str, errs: bool, chance: random.Random) -> str:
    """What one reviewer says that an item is."""
    if not errs:
        return right
    if item.diagnosis != right:
        return str(item.diagnosis)
    return chance.choice(differential(right) or [one.name for _, one in conditions() if one.name != right])


def counted(database: str, sent: Sequence[Sent]) -> dict[str, dict[str, int]]:
    """By kind: `items` that came in, those `flagged`, those `released`, and of these the ones with a wrong
    diagnosis (`bad`), in all and without any flag (`unseen`).
    """
    known = {one.key: one for one in sent}
    counts = {kind: Counter(items=0, flagged=0, released=0, bad=0, unseen=0) for kind in KINDS}
    with opened(database) as session:
        free = {one.item: one.diagnosis for one in released(session)}
        for item in session.query(Item):
            one = known.get((form(item.text), str(item.diagnosis)))
            if one is None:
                continue
            bad = free.get(item.id, one.truth) != one.truth
            flagged = bool(item.flags)
            counts[one.kind].update(items=1, flagged=flagged, released=item.id in free)
            counts[one.kind].update(bad=bad, unseen=bad and not flagged)
    return {kind: dict(count) for kind, count in counts.items()}

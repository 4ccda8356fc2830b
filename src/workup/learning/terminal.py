"""An item, and the state of the store, on a terminal: what speaks against an item first."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from workup.learning.labels import label
from workup.learning.retrieval import retrieval
from workup.learning.standing import Standing, same
from workup.learning.tables import Decision, Item

_NAMED = 5


def view(item: Item, stands: Standing, reviewer: str | None = None) -> RenderableType:
    """Everything that a reviewer needs to see of an item.

    Others' decisions are hidden from a `reviewer` who has not decided yet, unless they disagree: two who
    agree without having seen each other are worth more than one who nods.
    """
    parts = [_title(item, stands), Text()]
    parts += [Text(f"! {flag.kind}: {flag.detail}", style="yellow") for flag in item.flags]
    if item.flags:
        parts.append(Text())
    parts += [Text(item.text), Text(), *_said(item), _book(item), *_history(item, stands, reviewer)]
    return Padding(Group(*parts), (0, 2))


def _title(item: Item, stands: Standing) -> Text:
    origin = f"from {item.sender}, {item.place}, received {item.received:%Y-%m-%d}"
    state = f"{stands.state}: {stands.why}" if stands.why else stands.state
    return Text.assemble((f"Item {item.id} ", "bold"), f"({state}) ", (origin, "dim"))


def _said(item: Item) -> Iterator[Text]:
    if item.diagnosis is not None:
        yield _line("Diagnosis", f"{item.diagnosis}  ({_about(item.diagnosis)})")
    if item.answer is not None:
        sure = f", {item.confidence:.0%} sure" if item.confidence is not None else ""
        model = f" by {item.model}" if item.model else ""
        yield _line("Answer", f"{item.answer}{sure}{model}: {item.kind}")
    if item.reason is not None:
        yield _line("Reason", item.reason)


def _about(diagnosis: str) -> str:
    known = label(diagnosis)
    return f"{known.condition.icd10}, {known.specialty}, {known.condition.urgency}"


def _book(item: Item) -> Text:
    """What the case book would say."""
    ranked = retrieval().ranked(item.text)
    own = f"; {item.diagnosis} is number {ranked.index(item.diagnosis) + 1}" if item.diagnosis else ""
    return _line("Case book", ", ".join(ranked[:_NAMED]) + own)


def _history(item: Item, stands: Standing, reviewer: str | None) -> Iterator[Text]:
    if not item.decisions:
        return
    mine = reviewer is not None and any(same(d.reviewer) == same(reviewer) for d in item.decisions)
    if reviewer is not None and not mine and stands.state == "reviewed once":
        yield _line("Decisions", "one, shown after yours")
        return
    for number, decision in enumerate(item.decisions):
        counts = "" if decision in stands.counted else "  (no longer counts)"
        yield _line("Decisions" if number == 0 else "", f"{told(decision)}{counts}")


def told(decision: Decision) -> str:
    """A decision in words."""
    what = decision.diagnosis or "rejected"
    return f"{decision.at:%Y-%m-%d %H:%M} {decision.reviewer}: {what}; {decision.why}"


def _line(title: str, told: str) -> Text:
    return Text.assemble((f"{title:11}", "bold"), told)

"""Faults of a data set that would make a training dishonest or useless, each with its place."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from workup.data import overlap
from workup.data.rows import BadRow, Row, as_text, is_missing

Severity = Literal["error", "warning"]

# Beyond this ratio of the commonest to the rarest answer, a model gains by ignoring the rare ones.
_UNBALANCED = 10


@dataclass(frozen=True)
class Fault:
    """One fault: its kind ("duplicate"), how grave it is, where it stands, and what is wrong."""

    kind: str
    severity: Severity
    place: str
    field: str
    reason: str

    def __str__(self) -> str:
        return str(BadRow(self.place, self.field, self.reason))


@dataclass(frozen=True)
class Roles:
    """Which columns play which part in a source; what is None is not checked.

    `texts` are what a model may read; `answer` what it is to say; `accepted` lists further right answers;
    `split` says train or validation. With `secret`, a text that says its answer is an error, else only
    a warning: some tasks ask for words of the text.
    """

    texts: tuple[str, ...]
    answer: str | None = None
    accepted: str | None = None
    split: str | None = None
    secret: bool = False

    def named(self) -> dict[str, str]:
        """Each column that plays a part, with the part it plays."""
        parts = {"answer": self.answer, "accepted": self.accepted, "split": self.split}
        named = {column: part for part, column in parts.items() if column}
        return {**dict.fromkeys(self.texts, "text"), **named}


Check = Callable[[Sequence[Row], Roles], Iterator[Fault]]


def unreadable(bad: Iterable[BadRow]) -> Iterator[Fault]:
    """Records that could not be read at all."""
    for row in bad:
        yield Fault("schema", "error", row.place, row.field, row.reason)


def check(rows: Sequence[Row], roles: Roles) -> list[Fault]:
    """Every fault of the rows, by kind in the order of `checks`."""
    return [fault for run in checks(roles).values() for fault in run(rows, roles)]


def checks(roles: Roles) -> dict[str, Check]:
    """The checks that the known roles allow, by the kind of fault they find."""
    possible: dict[str, Check] = {"empty": _empty, "duplicate": _duplicates}
    if roles.answer:
        possible |= {"contradiction": _contradictions, "giveaway": _giveaways, "balance": _imbalance}
    if roles.answer and roles.split:
        possible["coverage"] = _uncovered
    return possible


def mentions(text: str, name: str) -> bool:
    """Whether `name` stands in `text` as whole words; abbreviations are matched by exact case."""
    flags = 0 if name.isupper() else re.IGNORECASE
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, flags) is not None


def _empty(rows: Sequence[Row], roles: Roles) -> Iterator[Fault]:
    for row in rows:
        for column in filter(None, (*roles.texts, roles.answer, roles.split)):
            if is_missing(row.values.get(column)):
                yield Fault("empty", "error", row.place, column, "empty or NaN")


def _duplicates(rows: Sequence[Row], roles: Roles) -> Iterator[Fault]:
    """A copy on the other side of the split is a leak, an error; on the same side it is a warning."""
    for column in roles.texts:
        for pair in overlap.within([_cell(row, column) for row in rows]):
            yield _duplicate(rows[pair.index], rows[pair.other], pair, column, roles)


def _duplicate(row: Row, other: Row, pair: overlap.Pair, column: str, roles: Roles) -> Fault:
    crosses = _cell(row, roles.split) != _cell(other, roles.split)
    what = {
        "exact": "the same text as",
        "normalised": "the same but for case, marks and digits as",
        "near": f"nearly the same ({pair.similarity:.2f}) as",
        "template": "made from the same template as",
    }[pair.kind]
    across = ", which stands on the other side of the split" if crosses else ""
    severity: Severity = "error" if crosses and pair.kind != "template" else "warning"
    return Fault("duplicate", severity, row.place, column, f"{what} {other.place}{across}")


def _contradictions(rows: Sequence[Row], roles: Roles) -> Iterator[Fault]:
    first: dict[str, Row] = {}
    for row in rows:
        text = "\n".join(_cell(row, column) for column in roles.texts)
        other = first.setdefault(" ".join(text.lower().split()), row)
        here, there = _cell(row, roles.answer), _cell(other, roles.answer)
        if here != there:
            reason = f"{here!r} here, {there!r} for the same text in {other.place}"
            yield Fault("contradiction", "error", row.place, str(roles.answer), reason)


def _giveaways(rows: Sequence[Row], roles: Roles) -> Iterator[Fault]:
    severity: Severity = "error" if roles.secret else "warning"
    for row in rows:
        names = [name for name in (_cell(row, roles.answer), *_accepted(row, roles)) if name]
        for column in roles.texts:
            said = next((name for name in names if mentions(_cell(row, column), name)), None)
            if said:
                yield Fault("giveaway", severity, row.place, column, f"the text says its answer: {said!r}")


def _imbalance(rows: Sequence[Row], roles: Roles) -> Iterator[Fault]:
    counts = Counter(_cell(row, roles.answer) for row in rows)
    (most, high), (least, low) = counts.most_common(1)[0], counts.most_common()[-1]
    if len(counts) < len(rows) / 2 and high > _UNBALANCED * low:
        reason = f"{most!r} has {high} rows, {least!r} has {low}"
        yield Fault("balance", "warning", "all rows", str(roles.answer), reason)


def _uncovered(rows: Sequence[Row], roles: Roles) -> Iterator[Fault]:
    """An answer that is only tested was never taught; one that is only taught is never tested."""
    sides = defaultdict(set)
    places: dict[str, str] = {}
    for row in rows:
        answer = _cell(row, roles.answer)
        sides[answer].add(_cell(row, roles.split).lower() in {"train", "training"})
        places.setdefault(answer, row.place)
    for answer, found in sides.items():
        if len(found) == 1:
            taught = found == {True}
            reason = f"{answer!r} is " + ("trained on and never tested" if taught else "never trained on")
            severity: Severity = "warning" if taught else "error"
            yield Fault("coverage", severity, places[answer], str(roles.answer), reason)


def _cell(row: Row, column: str | None) -> str:
    value = row.values.get(column) if column else None
    return "" if is_missing(value) else as_text(value)


def _accepted(row: Row, roles: Roles) -> list[str]:
    value = row.values.get(roles.accepted) if roles.accepted else None
    if is_missing(value):
        return []
    return [as_text(item) for item in value] if isinstance(value, (list, tuple)) else [as_text(value)]

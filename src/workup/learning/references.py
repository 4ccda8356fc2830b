"""The sets that incoming cases are compared with: what is trained on, and what must never be.

The case book's own cases always belong to them, in every form in which a model reads them. Others are added
by `add`, and stay although their file goes away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

from sqlalchemy import select

from workup.clinic.cases import rows
from workup.clinic.deidentify.rows import deidentify_row
from workup.data.rows import BadRow, Row, as_text, is_missing, refuse, separate
from workup.data.sources import require_rows, stream
from workup.errors import DataError, nearest
from workup.learning.copies import Known, Texts
from workup.learning.labels import label
from workup.learning.tables import Reference, Role
from workup.registry.fingerprints import FORMS, fingerprint, form

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TRAINING: tuple[Role, ...] = ("training",)
RESERVED: tuple[Role, ...] = ("validation", "test", "canary")


def reserved(session: Session) -> Texts:
    """The texts that must never be trained on."""
    return Texts(_stored(session, RESERVED), under=_book("validation"))


def training(session: Session, more: Iterable[Known] = ()) -> Texts:
    """The texts that are trained on already, and `more`."""
    return Texts([*_stored(session, TRAINING), *more], under=_book("training"))


def add(session: Session, source: str, role: str, skip_bad: int = 0) -> int:
    """Add every text of a source to a set, and say how many were new. Only their forms are kept.

    Raises:
        DataError: no such role or source, a row that cannot be used, or a training case whose diagnosis the
            case book does not know.
    """
    if role not in get_args(Role):
        raise DataError(f"there is no set {role!r}; {nearest(role, get_args(Role))}")
    named, bad = separate(stream(source))
    found = [_references(row, cast(Role, role)) for row in named]
    bad += (one for one in found if isinstance(one, BadRow))
    refuse(bad, skip_bad)
    require_rows(named, source)
    there = set(session.scalars(select(Reference.fingerprint).where(Reference.role == role)))
    new = {
        one.fingerprint: one
        for references in found
        if not isinstance(references, BadRow)
        for one in references
        if one.fingerprint not in there
    }
    session.add_all(new.values())
    return len(new)


def _references(row: Row, role: Role) -> list[Reference] | BadRow:
    columns = [column for column in FORMS if not is_missing(row.values.get(column))]
    if not columns:
        return BadRow(row.place, FORMS[0], f"the row holds none of {', '.join(FORMS)}")
    said = row.values.get("diagnosis")
    try:
        diagnosis = None if is_missing(said) else label(as_text(said)).name
    except DataError as error:
        if role == "training":
            return BadRow(row.place, "diagnosis", str(error))
        diagnosis = None
    clean, _ = deidentify_row(Row({c: as_text(row.values[c]) for c in columns}, row.place))
    place, now = Path(row.place).name, datetime.now(UTC)
    return [
        Reference(
            role=role,
            place=place,
            form=form(text),
            fingerprint=fingerprint(text),
            diagnosis=diagnosis,
            at=now,
        )
        for text in clean.values.values()
        if form(text)
    ]


def _stored(session: Session, roles: Collection[Role]) -> Iterator[Known]:
    for one in session.scalars(select(Reference).where(Reference.role.in_(roles))):
        yield Known(one.form, one.diagnosis, f"{one.role} case {one.place}")


@cache
def _book(role: Literal["training", "validation"]) -> Texts:
    """The cases of the case book in this role, each in all its forms."""
    use = "train" if role == "training" else role
    return Texts(
        Known(
            form(row.values[column]),
            row.values["diagnosis"],
            f"{role} case {row.values['id']} of the case book",
        )
        for row in rows()
        if row.values["use"] == use
        for column in FORMS
    )

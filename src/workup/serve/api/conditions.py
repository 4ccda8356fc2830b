"""The conditions of the case book, and which of them the model knows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from workup.clinic.book import Condition, Urgency, by_name
from workup.errors import DataError
from workup.learning.labels import label
from workup.serve.api.asking import Reader
from workup.serve.api.case import Specialty
from workup.serve.api.schemas import MISSING, Cursor, Limit, Page, Signed, page
from workup.serve.problems import Problem

router = APIRouter(prefix="/conditions", tags=["conditions"])


class Known(BaseModel):
    """A condition; `known`: the model that serves can answer with it."""

    name: str
    icd10: str
    aliases: tuple[str, ...]
    specialty: str
    urgency: Urgency
    known: bool


class KnownPage(Page[Known]):
    """Conditions by name."""


class Described(Signed, Known):
    """A condition with the rough shares of patients who have each finding: textbook knowledge, not measured.

    `against` makes it less likely.
    """

    findings: dict[str, float]
    labs: dict[str, str]
    differential: tuple[str, ...]
    against: tuple[str, ...]


@router.get("", summary="List conditions")
def conditions(
    asking: Reader,
    specialty: Annotated[Specialty | None, Query(description="By its name, in any case.")] = None,
    named: Annotated[str | None, Query(max_length=80, description="Part of a name or an alias.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> KnownPage:
    """Those of a specialty, or with words in one of their names."""
    words = (named or "").casefold()
    knows = asking.service.known_conditions()
    found = (
        ((name,), _known(condition, place.specialty, knows))
        for name, (place, condition) in sorted(by_name().items())
        if specialty in (None, place.specialty) and any(words in one.casefold() for one in condition.names)
    )
    items, following = page(found, limit, cursor)
    return KnownPage(**asking.signature, items=list(items), next=following)


@router.get("/{name}", summary="Describe a condition", responses=MISSING)
def condition(asking: Reader, name: Annotated[str, Path(max_length=200)]) -> Described:
    """By its name or an alias, in any case."""
    try:
        found = label(name)
    except DataError as error:
        raise Problem(404, str(error)) from None
    it = found.condition
    return Described(
        **asking.signature,
        **dict(_known(it, found.specialty, asking.service.known_conditions())),
        findings=it.findings,
        labs=it.labs,
        differential=it.differential,
        against=it.against,
    )


def _known(condition: Condition, specialty: str, knows: frozenset[str]) -> Known:
    return Known(
        name=condition.name,
        icd10=condition.icd10,
        aliases=condition.aliases,
        specialty=specialty,
        urgency=condition.urgency,
        known=condition.name in knows,
    )

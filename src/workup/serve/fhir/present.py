"""What of a patient's record is of the present case: not what comes later, and not what is past.

A finding of long ago must raise no alarm today, and the diagnosis of this visit must not answer for us.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workup.clinic.formats.fhir_case import is_withdrawn
from workup.clinic.formats.fhir_resources import (
    Condition,
    DiagnosticReport,
    Encounter,
    Observation,
    Patient,
    Resource,
    day,
)

# A present illness begins before the visit: blood is drawn, and patients are referred, in the days before.
# Of a potassium or a pain of more than a week ago nobody knows whether it is still so.
BEFORE = timedelta(days=7)
# Encounters are left open for years. A hospital stay takes about a week on average (OECD, Health at a
# Glance 2023), and what was found more than a month ago is not the patient's state even in a longer one.
LONGEST = timedelta(days=30)
# It is tomorrow already in UTC+14, where the day begins first: a date up to that one is not in the future.
_FIRST_ZONE = timedelta(hours=14)


@dataclass(frozen=True)
class Present:
    """The present case.

    Attributes:
        resources: what is of it, and the history.
        encounter: the present one, as "Encounter/id"; None: there is none.
        today: the day of the case; since: its first.
        remarks: what was left out, in sentences that repeat nothing of it.
    """

    resources: tuple[Resource, ...]
    encounter: str | None
    today: date
    since: date
    remarks: tuple[str, ...]


def present(resources: Sequence[Resource], received: datetime, encounter: str | None = None) -> Present:
    """What is of the case of the day on which it was received.

    What is dated later is left out. The present encounter is the one that is named, or else the one with the
    latest date, if that is not older than `LONGEST`. Observations and reports are of the case if they name
    this encounter or none, and are not from earlier than `BEFORE` it began (without an encounter: than
    `BEFORE` today), nor older than `LONGEST`; those without a date count as of today. Diagnoses of the
    present encounter, and those that name none and are dated since, are left out, because the answer is to
    be independent of them. Earlier ones go to the history.

    Args:
        received: now, in UTC.
        encounter: the present one, as "Encounter/id".
    """
    latest = (received + _FIRST_ZONE).date()
    known = [one for one in (_born(one, latest) for one in resources) if not _later(one, latest)]
    today = max([received.date(), *(day(moment) for one in known if (moment := _moment(one)))])
    encounter = encounter or _present_encounter(known, today)
    start = max(_began(known, encounter, today), date.min + BEFORE) - BEFORE  # 0001-01-01 stands for none
    since = max(start, today - LONGEST)
    evidence = [one for one in known if isinstance(one, Observation | DiagnosticReport)]
    past = [one for one in evidence if not _is_of(one, encounter, since)]
    own = [one for one in known if isinstance(one, Condition) and _is_own(one, encounter, start)]
    left = {id(one) for one in (*past, *own)}
    return Present(
        resources=tuple(_as_history(one) for one in known if id(one) not in left),
        encounter=encounter,
        today=today,
        since=since,
        remarks=tuple(_remarks(resources, latest, past, since)),
    )


def _moment(one: Resource) -> str:
    """When it begins to be so; "" where that is not told."""
    if isinstance(one, Patient):
        return one.birthDate or ""
    if isinstance(one, Encounter):
        return one.period.start or ""
    return max(one.when, one.onset) if isinstance(one, Condition) else one.when


def _later(one: Resource, latest: date) -> bool:
    return bool(moment := _moment(one)) and day(moment) > latest


def _born(one: Resource, latest: date) -> Resource:
    """The same; a patient who would be born later, without that date."""
    if isinstance(one, Patient) and _later(one, latest):
        return one.model_copy(update={"birthDate": None})
    return one


def _present_encounter(resources: Sequence[Resource], today: date) -> str | None:
    """The encounter with the latest date, its own or that of something that names it, unless that is old."""
    dates: dict[str, str] = {}
    for one in resources:
        name = f"Encounter/{one.id}" if isinstance(one, Encounter) else getattr(one, "encounter", None)
        if name and not isinstance(one, Patient):
            dates[name] = max(dates.get(name, ""), one.when)
    recent = {name: when for name, when in dates.items() if not when or day(when) >= today - LONGEST}
    return max(recent, key=recent.__getitem__, default=None)


def _began(resources: Sequence[Resource], encounter: str | None, today: date) -> date:
    """The day the present encounter began; today, where nothing tells that."""
    starts = [
        one.period.start or one.when
        for one in resources
        if isinstance(one, Encounter) and f"Encounter/{one.id}" == encounter
    ]
    named = [_moment(one) for one in resources if encounter and getattr(one, "encounter", None) == encounter]
    moments = [moment for moment in starts if moment] or [moment for moment in named if moment]
    return min([today, *map(day, moments)])


def _is_of(one: Observation | DiagnosticReport, encounter: str | None, since: date) -> bool:
    """Whether evidence is of the present case: what goes on for a time, by its end."""
    moment = one.effectivePeriod.end or one.when
    return one.encounter in (None, encounter) and (not moment or day(moment) >= since)


def _is_own(one: Condition, encounter: str | None, start: date) -> bool:
    """Whether a condition is a diagnosis of the present case, and not refuted."""
    if not _is_diagnosis(one):
        return False
    return one.encounter == encounter if one.encounter else bool(one.when) and day(one.when) >= start


def _is_diagnosis(one: Condition) -> bool:
    return "refuted" not in one.verificationStatus.codes and any(
        "encounter-diagnosis" in category.codes for category in one.category
    )


def _as_history(one: Resource) -> Resource:
    """An earlier diagnosis without its category: it is not the answer to be found."""
    if isinstance(one, Condition) and _is_diagnosis(one):
        return one.model_copy(update={"category": ()})
    return one


def _remarks(
    resources: Sequence[Resource],
    latest: date,
    past: Sequence[Observation | DiagnosticReport],
    since: date,
) -> Iterator[str]:
    later = [one for one in resources if _later(one, latest)]
    if any(isinstance(one, Patient) for one in later):
        yield "The date of birth is in the future and was not used."
    if count := sum(not isinstance(one, Patient | Encounter) for one in later):
        yield f"Left out, because dated in the future: {_counted(count, 'resource')}."
    if count := sum(not is_withdrawn(one) for one in past):
        what = _counted(count, "finding or report", "findings and reports")
        yield f"Left out, because of another encounter or from before {since}: {what}."


def _counted(number: int, one: str, several: str = "") -> str:
    return f"1 {one}" if number == 1 else f"{number} {several or one + 's'}"

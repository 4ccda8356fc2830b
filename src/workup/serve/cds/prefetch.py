"""What a client prefetched as the present case of the patient whose record is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from workup.clinic.formats.fhir_patients import Entry, entries
from workup.clinic.formats.fhir_resources import DiagnosticReport, Observation, day
from workup.data.rows import BadRow
from workup.serve.cds.requests import HookRequest
from workup.serve.cds.services import NEEDED, WELCOME, CdsService
from workup.serve.fhir.completeness import has_next, tells_error
from workup.serve.fhir.record import Record, UnfitBundle, read_record
from workup.serve.problems import Fault, Problem, unfit

_SHORT = "what was prefetched is not enough, and nothing is fetched from here"
# The newest are asked for, so that a page may be all that is needed of them.
_NEWEST = ("observations", "reports")


def record_of(request: HookRequest, service: CdsService, received: datetime) -> Record:
    """The present case of the patient whose record is open.

    The specification lets clients send a page of a search, and an OperationOutcome for what could not be
    fetched (https://cds-hooks.hl7.org/2.0/#prefetch-template): what is missing by that is asked for.

    Args:
        received: now, aware of its zone.

    Raises:
        Problem: 412, something that is needed was not prefetched, or not all of it; 422, it is for another
            hook or another patient, lacks context, or cannot be read.
    """
    _require_context(request, service)
    if lacking := [Fault(field=f"prefetch.{name}", detail=why) for name, why in _lacking(request)]:
        raise Problem(412, _SHORT, lacking)
    if (request.prefetch["patient"] or {}).get("id") != request.context.patientId:
        raise unfit("prefetch.patient.id", "is not the patient of context.patientId")
    held = dict(_entries(request))
    encounter = request.context.encounterId
    named = f"Encounter/{encounter.removeprefix('Encounter/')}" if encounter else None
    try:
        record = read_record({"resourceType": "Bundle", "entry": list(held.values())}, received, named)
    except UnfitBundle as error:
        faults = [_fault(one, list(held)) for one in error.faults]
        raise Problem(422, "what was prefetched cannot be used; mend what `errors` names", faults) from None
    if cut := [
        name for name in (*NEEDED, *WELCOME) if _is_cut(name, request.prefetch.get(name), record.since)
    ]:
        raise Problem(412, _SHORT, [_rest_of(name, record.since) for name in cut])
    return record


def _require_context(request: HookRequest, service: CdsService) -> None:
    if request.hook != service.hook:
        raise unfit("hook", f"must be {service.hook!r} for this service")
    for name in service.context:
        if not getattr(request.context, name):
            raise unfit(f"context.{name}", f"is missing: {service.hook} has to bring it")


def _lacking(request: HookRequest) -> Iterator[tuple[str, str]]:
    """What is needed and was not sent, and why that is so."""
    for name, query in NEEDED.items():
        held = request.prefetch.get(name)
        if name not in request.prefetch or (name == "patient" and held is None):
            yield name, f"is missing: {query}"
        elif held and _is_failed(held):
            yield name, f"could not be fetched, says its OperationOutcome: {query}"


def _is_failed(held: Mapping[str, Any]) -> bool:
    return held.get("resourceType") == "OperationOutcome" or tells_error(held)


def _entries(request: HookRequest) -> Iterator[tuple[str, Any]]:
    """Every prefetched resource as the entry of a Bundle, with the path of that entry."""
    for name, query in (NEEDED | WELCOME).items():
        held, kind = request.prefetch.get(name) or {}, query.partition("?")[0].partition("/")[0]
        if not held or _is_failed(held):
            continue
        if held.get("resourceType") == kind:
            yield f"prefetch.{name}", {"resource": held}
            continue
        if held.get("resourceType") != "Bundle":
            raise unfit(f"prefetch.{name}.resourceType", f"must be 'Bundle' or {kind!r}")
        listed = held.get("entry", [])
        if not isinstance(listed, list):
            raise unfit(f"prefetch.{name}.entry", "must be a list")
        yield from ((f"prefetch.{name}.entry.{number}", entry) for number, entry in enumerate(listed))


def _is_cut(name: str, held: Mapping[str, Any] | None, since: date) -> bool:
    """Whether a page lacks something of the present case: the newest go back to before it, or they do."""
    if not held or not has_next(held):
        return False
    found = [one.resource for one in entries(held, "") if isinstance(one, Entry)]
    dates = [day(one.when) for one in found if isinstance(one, Observation | DiagnosticReport) and one.when]
    return name not in _NEWEST or not any(when < since for when in dates)


def _rest_of(name: str, since: date) -> Fault:
    needed = f"all since {since}" if name in _NEWEST else "all of it"
    return Fault(field=f"prefetch.{name}.link", detail=f"leads to a next page; send {needed} as one Bundle")


def _fault(found: BadRow, paths: list[str]) -> Fault:
    """A fault of the Bundle that was made of them, told of what was sent."""
    place, _, rest = found.field.removeprefix("entry.").partition(".")
    if not place.isdigit():
        return Fault(field="prefetch", detail=found.reason)
    path = paths[int(place)]
    if ".entry." not in path:
        rest = rest.removeprefix("resource").removeprefix(".")
    return Fault(field=f"{path}.{rest}".rstrip("."), detail=found.reason)

"""Elements that several FHIR resources have, as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Element = dict[str, Any]


def filled(**elements: Any) -> Element:
    """The elements that hold something: in FHIR an element is never null and never empty."""
    return {name: value for name, value in elements.items() if value not in (None, "", [], {}, ())}


def instant(moment: datetime) -> str:
    """A FHIR instant in UTC, to the millisecond: "2026-11-30T08:15:00.000Z"."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def coded(system: str, code: str, text: str = "", display: str = "") -> Element:
    """A CodeableConcept of one code."""
    return filled(coding=[filled(system=system, code=code, display=display)], text=text)


def reference(to: str | None, display: str = "") -> Element | None:
    """A Reference; None: there is nothing to refer to."""
    return filled(reference=to, display=display) or None

"""Whether a Bundle is all that there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_FAILED = {"fatal", "error"}  # https://hl7.org/fhir/R4/valueset-issue-severity.html


def has_next(bundle: Mapping[str, Any]) -> bool:
    """Whether it is one page of a search, and not the last: https://hl7.org/fhir/R4/http.html#paging."""
    return any(link.get("relation") == "next" for link in _objects(bundle, "link"))


def tells_error(bundle: Mapping[str, Any]) -> bool:
    """Whether an OperationOutcome in it says that something failed; warnings are passed over."""
    return any(
        issue.get("severity") in _FAILED
        for entry in _objects(bundle, "entry")
        for issue in _issues(entry.get("resource"))
    )


def _issues(resource: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(resource, dict) and resource.get("resourceType") == "OperationOutcome":
        yield from _objects(resource, "issue")


def _objects(holder: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    held = holder.get(name)
    yield from (one for one in held if isinstance(one, dict)) if isinstance(held, list) else ()

"""Problem details as OperationOutcome, for clients that speak FHIR."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request

from workup.serve.fhir.elements import Element
from workup.serve.translating import Translator

MEDIA_TYPE = "application/fhir+json"
# Where a Bundle is sent; and fields that are not in the body.
_BUNDLES = "/v1/fhir/"
_ELSEWHERE = ("query.", "header.", "path.")
# Codes of https://hl7.org/fhir/R4/valueset-issue-type.html.
_CODES = {
    400: "structure",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    409: "conflict",
    412: "required",
    413: "too-long",
    415: "not-supported",
    422: "invalid",
    429: "throttled",
    503: "transient",
    504: "timeout",
}


def operation_outcome(problem: Mapping[str, Any], *, is_bundle: bool) -> Element:
    """A problem detail as an OperationOutcome: an issue a field at fault, or one for all of it.

    FHIR R4, https://hl7.org/fhir/R4/operationoutcome.html.

    Args:
        problem: as `serve.problems.ProblemDetail` has it.
        is_bundle: whether a Bundle was sent, whose elements the fields are; else they are named in words.
    """
    severity = "fatal" if problem["status"] >= 500 else "error"
    issue: Element = {"severity": severity, "code": _CODES.get(problem["status"], "exception")}
    about = f"{problem['detail']} (request {problem['request']})"
    faults = problem.get("errors") or []
    if not faults:
        return _outcome([{**issue, "details": {"text": problem["title"]}, "diagnostics": about}])
    return _outcome([{**issue, **_place(fault, is_bundle), "diagnostics": about} for fault in faults])


def _place(fault: Mapping[str, str], is_bundle: bool) -> Element:
    """What is wrong with a field, and where it is."""
    field, told = fault["field"], fault["detail"]
    if is_bundle and field and not field.startswith(_ELSEWHERE):
        return {"details": {"text": told}, "expression": [_path(field)]}
    return {"details": {"text": f"{field} {told}".strip()}}


class OperationOutcomes(Translator):
    """Gives every problem detail as an OperationOutcome to whoever accepts `application/fhir+json`."""

    def is_wanted(self, headers: Headers) -> bool:
        """Whether FHIR is accepted."""
        return MEDIA_TYPE in headers.get("accept", "")

    def translated(self, request: Request, problem: Mapping[str, Any]) -> tuple[str, bytes]:
        """As FHIR in JSON."""
        outcome = operation_outcome(problem, is_bundle=request.url.path.startswith(_BUNDLES))
        return MEDIA_TYPE, json.dumps(outcome).encode()


def _path(field: str) -> str:
    """A field of the Bundle as FHIRPath: "entry.3.resource.code" is "Bundle.entry[3].resource.code"."""
    path = "Bundle"
    for part in field.split("."):
        path += f"[{part}]" if part.isdigit() else f".{part}"
    return path


def _outcome(issues: list[Element]) -> Element:
    return {"resourceType": "OperationOutcome", "issue": issues}

"""Problem details as OperationOutcome, for clients that speak FHIR."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workup.serve.fhir.elements import Element
from workup.serve.problems import MEDIA_TYPE as PROBLEM

MEDIA_TYPE = "application/fhir+json"
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


def operation_outcome(problem: Mapping[str, Any]) -> Element:
    """A problem detail as an OperationOutcome: an issue a field at fault, or one for all of it.

    FHIR R4, https://hl7.org/fhir/R4/operationoutcome.html.

    Args:
        problem: as `serve.problems.ProblemDetail` has it.
    """
    severity = "fatal" if problem["status"] >= 500 else "error"
    issue: Element = {"severity": severity, "code": _CODES.get(problem["status"], "exception")}
    about = f"{problem['detail']} (request {problem['request']})"
    faults = problem.get("errors") or []
    if not faults:
        return _outcome([{**issue, "details": {"text": problem["title"]}, "diagnostics": about}])
    return _outcome(
        [
            {**issue, "details": {"text": fault["detail"]}, "diagnostics": about}
            | ({"expression": [_path(fault["field"])]} if fault["field"] else {})
            for fault in faults
        ]
    )


class OperationOutcomes:
    """Gives every problem detail as an OperationOutcome to whoever accepts `application/fhir+json`.

    It stands around the whole service, so that limits and faults of any layer are told in the same way.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and watch its answer."""
        if scope["type"] != "http" or MEDIA_TYPE not in Headers(scope=scope).get("accept", ""):
            await self.app(scope, receive, send)
            return
        held: list[Message] = []
        body = b""

        async def translated(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start" and _is_problem(message):
                held.append(message)
            elif not held:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    await _send_outcome(held.pop(), body, send)

        await self.app(scope, receive, translated)


async def _send_outcome(start: Message, body: bytes, send: Send) -> None:
    content = json.dumps(operation_outcome(json.loads(body))).encode()
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["content-type"], headers["content-length"] = MEDIA_TYPE, str(len(content))
    await send({**start, "headers": headers.raw})
    await send({"type": "http.response.body", "body": content})


def _is_problem(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith(PROBLEM)


def _path(field: str) -> str:
    """A field of the Bundle as FHIRPath: "entry.3.resource.code" is "Bundle.entry[3].resource.code"."""
    path = "Bundle"
    for part in field.split("."):
        path += f"[{part}]" if part.isdigit() else f".{part}"
    return path


def _outcome(issues: list[Element]) -> Element:
    return {"resourceType": "OperationOutcome", "issue": issues}

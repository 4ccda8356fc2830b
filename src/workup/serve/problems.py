"""Every error of the service as a problem detail (RFC 9457): what was wrong, in which field, what to do.

    {"type": "about:blank", "title": "Unprocessable Content", "status": 422,
     "detail": "the request cannot be used as it is", "request": "2f6c...",
     "errors": [{"field": "text", "detail": "is missing: give the case as 'text' or as 'findings'"}]}

Nothing in it repeats what was sent, but for names of fields and paths: what was sent may identify someone.
"""

from __future__ import annotations

import difflib
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import IntegrityError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workup.data.reasons import reason
from workup.errors import SaveError, WorkupError
from workup.registry import RegistryError
from workup.serve.errors import Unavailable

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = 2  # seconds, where the service expects to be well again soon
_SHOWN = 20
_UNFIT = "the request cannot be used as it is; mend what `errors` names"
# RFC 9110's names where Python 3.11 still has those of its predecessors.
_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
_log = logging.getLogger(__name__)


class Fault(BaseModel):
    """One field that cannot be used, as a path such as `cases.3.text`, and why."""

    field: str
    detail: str


class ProblemDetail(BaseModel):
    """An error as RFC 9457 has it; `request` is the id under which the log has it, `errors` the fields."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    request: str
    errors: list[Fault] = Field(default_factory=list)


class Problem(Exception):
    """What a route raises to end a request.

    Attributes:
        status: of HTTP, 400 to 599; `title` is its name.
        detail: what was wrong and what to do, in a sentence.
        errors: the fields at fault.
        headers: of the answer, such as Retry-After.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.errors, self.headers = tuple(errors), dict(headers or {})

    @property
    def title(self) -> str:
        """The name of the status: with the type about:blank, that is what the title has to be."""
        return _TITLES.get(self.status) or HTTPStatus(self.status).phrase

    def body(self, request: str) -> ProblemDetail:
        """What the answer says, with the id of the request."""
        return ProblemDetail(
            title=self.title,
            status=self.status,
            detail=self.detail,
            request=request,
            errors=list(self.errors),
        )

    def response(self, request: str) -> JSONResponse:
        """The answer, with the id of the request."""
        return JSONResponse(self.body(request).model_dump(), self.status, self.headers, MEDIA_TYPE)


def unfit(field: str, detail: str) -> Problem:
    """422: one field cannot be used, and why."""
    return Problem(422, _UNFIT, [Fault(field=field, detail=detail)])


def unavailable(detail: str) -> Problem:
    """503: the request is sound and may be sent again soon."""
    return Problem(503, detail, headers={"Retry-After": str(RETRY_AFTER)})


def request_id(scope: Scope) -> str:
    """The id of a request, which `headers.Headers` gave it."""
    return str(scope.get("state", {}).get("request_id", ""))


class Guard:
    """Turns what nobody foresaw into a problem detail, and keeps its trace in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and answer it where nobody else did."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Problem as problem:
            await problem.response(request_id(scope))(scope, receive, send)
        except Exception:
            _log.exception("request %s failed", request_id(scope))
            if started:
                raise
            told = f"the service failed; its operator finds request {request_id(scope)} in the log"
            await Problem(500, told).response(request_id(scope))(scope, receive, send)


def install(app: FastAPI) -> None:
    """Let every error of the routes leave the service as a problem detail."""
    handlers: dict[Any, Any] = {
        Problem: lambda request, error: error,
        RequestValidationError: lambda request, error: of_validation(error.errors()),
        HTTPException: _of_http,
        RegistryError: lambda request, error: Problem(409, str(error)),
        SaveError: lambda request, error: unavailable(str(error)),
        Unavailable: _of_dependency,
        IntegrityError: lambda request, error: Problem(409, "the same was stored at the same time"),
        WorkupError: lambda request, error: Problem(422, str(error)),
    }
    for kind, problem in handlers.items():
        app.add_exception_handler(kind, _answering(problem))


def _answering(problem: Any) -> Any:
    async def answer(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code < 400:  # a page sends its visitor elsewhere
            return Response(status_code=error.status_code, headers=error.headers)
        found: Problem = problem(request, error)
        return found.response(request_id(request.scope))

    return answer


def of_validation(errors: Sequence[Any]) -> Problem:
    """Pydantic's findings, without the values that it found them in."""
    if any(error["type"] == "json_invalid" for error in errors):
        return Problem(400, "the body is not JSON")
    faults = [Fault(field=_field(error["loc"]), detail=reason(error)) for error in errors[:_SHOWN]]
    more = f" (the first {_SHOWN} of {len(errors)} faults are named)" if len(errors) > _SHOWN else ""
    return Problem(422, f"{_UNFIT}{more}", faults)


def _field(location: Sequence[Any]) -> str:
    """The path of a field; where it is not in the body, with where it is: `query.limit`. Empty: all of it."""
    within = location[1:] if len(location) > 1 and location[0] == "body" else location
    return ".".join(map(str, within))


def _of_http(request: Request, error: HTTPException) -> Problem:
    path, headers = request.url.path, dict(error.headers or {})
    if error.status_code == 404 and error.detail == HTTPStatus.NOT_FOUND.phrase:
        return Problem(404, f"there is no {path}; {_near(request, path)}")
    if error.status_code == 405:
        return Problem(405, f"{path} takes {headers.get('Allow', 'other methods')}", headers=headers)
    return Problem(error.status_code, str(error.detail), headers=headers)


def _near(request: Request, path: str) -> str:
    near = difflib.get_close_matches(path, request.app.openapi()["paths"], n=1)
    return f"did you mean {near[0]}?" if near else "/openapi.json says what there is"


def _of_dependency(request: Request, error: Unavailable) -> Problem:
    """The operator reads which database it is; the caller need not."""
    _log.error("request %s: %s", request_id(request.scope), error)
    return unavailable("something the service needs does not answer; nothing was stored, send it again")

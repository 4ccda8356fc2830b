"""The page as one more user of the API: what it does is what the routes of `serve.api` do, for a session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from pydantic import ValidationError

from workup.errors import WorkupError
from workup.learning.labels import labels
from workup.serve.api.asking import Asking
from workup.serve.errors import Unavailable
from workup.serve.page.guard import visitor
from workup.serve.problems import Problem, of_validation, request_id, unavailable
from workup.serve.security.roles import Role
from workup.serve.service import service_of

# What the API refuses because of what somebody gave.
REFUSED = (Problem, ValidationError, WorkupError)


def _of(role: Role) -> Callable[..., Asking]:
    allowed = visitor(role)

    def asked(request: Request) -> Asking:
        return Asking(service_of(request), allowed(request), request_id(request.scope))

    return asked


Clinician = Annotated[Asking, Depends(_of(Role.CLINICIAN))]
Reviewer = Annotated[Asking, Depends(_of(Role.REVIEWER))]
Operator = Annotated[Asking, Depends(_of(Role.OPERATOR))]


def told(error: Exception) -> str:
    """What was wrong with a form, in sentences.

    Raises:
        Problem: it is the service's own fault, and no other form would be taken either.
    """
    if isinstance(error, Unavailable):
        raise unavailable(str(error)) from error
    if isinstance(error, ValidationError):
        error = of_validation(error.errors())
    if not isinstance(error, Problem):
        return str(error)
    if error.status >= 500:
        raise error
    return "; ".join(f"{one.field} {one.detail}".strip() for one in error.errors) or error.detail


def conditions() -> list[tuple[str, str]]:
    """Every diagnosis that may be chosen, with its other names."""
    return sorted((one.name, ", ".join(one.condition.aliases)) for one in labels())

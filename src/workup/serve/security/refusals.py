"""A refusal leaves a line in the log: which request, who asked as far as is known, why; never a secret."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request

from workup.serve.problems import Problem, request_id

_log = logging.getLogger(__name__)


@contextmanager
def noted(request: Request, claimed: str) -> Iterator[None]:
    """A block that may refuse a request (401, 403); who is known by then (`request.state.caller`) is named.

    Args:
        claimed: what somebody gave to show who they are, in words that may stand in a log.
    """
    try:
        yield
    except Problem as problem:
        if problem.status in (401, 403):
            note(request, claimed, problem.detail)
        raise


def note(request: Request, claimed: str, why: str) -> None:
    """Write a refusal down; the arguments as of `noted`."""
    caller = getattr(request.state, "caller", None)
    who = caller.name if caller else claimed
    _log.warning("request %s: refused, %s: %s", request_id(request.scope), who, why)

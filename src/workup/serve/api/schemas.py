"""What requests and answers of every resource have in common."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from workup.errors import nearest
from workup.serve.problems import MEDIA_TYPE, Problem, ProblemDetail, unfit

Item = TypeVar("Item")
# The largest number that every database takes as an id.
LARGEST = 2**31 - 1
Number = Annotated[int, Field(ge=1, le=LARGEST)]
Limit = Annotated[int, Query(ge=1, le=200, description="At most so many at once.")]
Cursor = Annotated[
    str | None, Query(max_length=400, description="Where to go on: `next` of the answer before.")
]


class Given(BaseModel):
    """A body: a field that it does not have is an error, which names the nearest one."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _no_other_fields(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, dict):
            for name in value:
                if name not in cls.model_fields:
                    raise ValueError(f"there is no field {name[:80]!r}; {nearest(name, cls.model_fields)}")
        return value


class Signed(BaseModel):
    """What every answer carries.

    `version` and `checksum` are of the model that answered; of an answer that no model gave, of the one that
    serves; null where none is loaded.
    """

    request: str = Field(description="The id of the request, also in X-Request-ID.")
    version: str | None
    checksum: str | None
    notice: str = Field(description="The statement of intended use.")


class Page(Signed, Generic[Item]):
    """Some of many; `next` is the cursor of those that follow, null at the end."""

    items: list[Item]
    next: str | None


def page(
    items: Iterable[tuple[Any, Item]], limit: int, cursor: str | None
) -> tuple[Sequence[Item], str | None]:
    """The first items after the cursor, and the cursor of what follows.

    Args:
        items: each with its key, ascending; keys are what a cursor holds, so an item that comes or goes in
            between moves no other.
    """
    after = opened(cursor)
    try:
        left = [(key, item) for key, item in items if after is None or list(key) > after]
    except TypeError:  # a cursor of another list
        raise bad_cursor() from None
    following = cursor_of(left[limit - 1][0]) if len(left) > limit else None
    return [item for _, item in left[:limit]], following


def cursor_of(key: Any) -> str:
    """The key of the last item that was given, as text for an address."""
    return base64.urlsafe_b64encode(json.dumps(list(key)).encode()).decode()


def opened(cursor: str | None) -> list[Any] | None:
    """The key that a cursor holds; 422 where it is none."""
    if cursor is None:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor))
        if isinstance(key, list):
            return key
    except (ValueError, binascii.Error, RecursionError):
        pass
    raise bad_cursor()


def bad_cursor() -> Problem:
    """422: it is no cursor of this list."""
    return unfit("query.cursor", "is no cursor: take `next` of the answer before")


def _documented(description: str, **headers: str) -> dict[str, Any]:
    shown = {name: {"description": told, "schema": {"type": "string"}} for name, told in headers.items()}
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{ProblemDetail.__name__}"}}}
    return {"description": description, "content": content, **({"headers": shown} if shown else {})}


# The problems that any request may meet; a route adds its own.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: _documented("Not JSON, not UTF-8, or control characters in the address."),
    401: _documented("Nobody we know.", **{"WWW-Authenticate": "Bearer"}),
    403: _documented("The caller lacks the role."),
    408: _documented("The body did not arrive in time."),
    413: _documented("The body is too large."),
    415: _documented("The body is not declared as JSON."),
    422: _documented("Understood, but it cannot be used; `errors` names the fields."),
    429: _documented("Too many requests.", **{"Retry-After": "Seconds."}),
    503: _documented("Not now: send it again.", **{"Retry-After": "Seconds."}),
    504: _documented("The model did not answer in time."),
}
MISSING: dict[int | str, dict[str, Any]] = {404: _documented("There is no such thing.")}
CONFLICT: dict[int | str, dict[str, Any]] = {409: _documented("It does not go with what is there now.")}

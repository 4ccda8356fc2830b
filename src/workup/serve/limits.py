"""What a request may be: how large, how slow, how deep, and of which characters."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from email.message import Message as MailMessage
from typing import Any, NoReturn
from urllib.parse import unquote_to_bytes

import anyio
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workup.serve.problems import Problem, unfit
from workup.serve.settings import Settings

FORM = "application/x-www-form-urlencoded"
# Where programs ask, and only JSON is taken; elsewhere is the page, and its forms.
_FOR_PROGRAMS = ("/v1/", "/fhir/", "/cds-services/")
# RFC 9110, section 9.3.1: such a body has no meaning, and may be refused.
_READING = ("GET", "HEAD")
# A value of JSON for so many bytes of the longest body. FHIR without white space has one for some 25, with it
# one for some 50; more of them is a body that is made to keep the service busy.
_BYTES = 50
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
# A body that is too long is read on for a while and thrown away: a client that still writes would not see
# the answer. As nginx's lingering_close.
_THROWN_AWAY = 32  # times the longest body
_CLOSE = {"Connection": "close"}
# C0 without tab and line ends, DEL, C1; and halves of surrogate pairs, which UTF-8 does not have.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class TooSlow(OSError):
    """The client does not take what it asked for."""


class Limits:
    """Reads a request whole before anything else sees it, and refuses what no route could use.

    Of the settings: `max_body` (bytes, counted as they come), `timeout` (seconds for the whole body, and for
    each part of the answer to be taken), `max_depth` (of JSON). All of it is looked at before it is known who
    asks, so none of it may take long.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on as one message.

        Raises:
            Problem: 400, 408, 413, 415 or 422: no route could use it.
        """
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        _check_address(scope)
        body = await self._body(scope, receive)
        if body:
            self._check_body(body, scope)
        waiting = [_whole(body)]

        async def replayed() -> Message:
            return waiting.pop() if waiting else await receive()

        async def in_time(message: Message) -> None:
            try:
                with anyio.fail_after(self.settings.timeout):
                    await send(message)
            except TimeoutError:
                raise TooSlow from None

        try:
            await self.app(scope, replayed, in_time)
        except (TooSlow, ClientDisconnect):
            return  # nobody is listening; the server closes a connection whose answer stays unfinished

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        most = self.settings.max_body
        announced = Headers(scope=scope).get("content-length", "0")
        kept, length = bytearray(), 0
        try:
            with anyio.fail_after(self.settings.timeout):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        break
                    length += len(message.get("body", b""))
                    more = message.get("more_body", False)
                    if length <= most:
                        kept += message.get("body", b"")
                    if length > most * _THROWN_AWAY:
                        break
        except TimeoutError:
            told = f"the body did not arrive within {self.settings.timeout:g} s"
            raise Problem(408, told, headers=_CLOSE) from None
        if length > most:
            size = announced if announced.isdecimal() and int(announced) > most else f"more than {most}"
            told = f"the body has {size} bytes, and at most {most} are taken; send fewer cases at a time"
            raise Problem(413, told, headers=_CLOSE)
        return bytes(kept)

    def _check_body(self, body: bytes, scope: Scope) -> None:
        if scope["method"] in _READING:
            raise Problem(400, f"a {scope['method']} takes no body; leave it out")
        kind, charset = _content_type(scope)
        if charset not in ("", "utf-8", "us-ascii"):
            raise Problem(415, f"the body is declared as {charset}; send it as UTF-8")
        text = _decoded(body)
        if kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json")):
            check_json(text, self.settings.max_depth, self.settings.max_body // _BYTES)
        elif kind != FORM or scope["path"].startswith(_FOR_PROGRAMS):
            told = f"a body of type {kind}" if kind else "a body without a Content-Type"
            raise Problem(415, f"{told} is not taken; send JSON, as application/json")
        elif _FORBIDDEN.search(_decoded(unquote_to_bytes(text))):
            raise Problem(400, "the form holds control characters; remove them")


def _whole(body: bytes) -> Message:
    """The whole body in one message."""
    return {"type": "http.request", "body": body, "more_body": False}


def check_json(text: str, deepest: int, most: int) -> None:
    """Refuse what is not JSON, too deep or of too many values, and values that no field takes.

    Args:
        most: how many values there may be, objects and lists among them.

    Raises:
        Problem: 400, not JSON; 422, a place that is too deep, or holds a control character or a number that
            is not finite; or more values.
    """
    if _opened(text) > most and _opened(_TEXT.sub("", text)) > most:
        raise _too_many(most)
    try:
        document = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        told = f"the body is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        raise Problem(400, told) from None
    except RecursionError:
        raise _too_deep(deepest) from None
    except ValueError as error:
        raise Problem(400, f"the body is not JSON: {error}") from None
    for path, held in _containers(document, most):
        if len(path) > deepest:
            raise _too_deep(deepest)
        for name, value in held:
            if isinstance(name, str) and (found := _FORBIDDEN.search(name)):
                raise _unfit(path, f"has a name that {_told(found)}")
            if isinstance(value, str) and (found := _FORBIDDEN.search(value)):
                raise _unfit((*path, name), _told(found))
            if isinstance(value, float) and not math.isfinite(value):
                raise _unfit((*path, name), "is not a finite number")


def _opened(text: str) -> int:
    """How many brackets open, which takes no time beside making what is in them."""
    return text.count("[") + text.count("{")


def _containers(
    document: Any, most: int
) -> Iterator[tuple[tuple[str | int, ...], list[tuple[str | int, Any]]]]:
    """Every object and list of the document: its path, and what it holds by name or place."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), [document])]
    seen = 0
    while waiting:
        path, value = waiting.pop()
        seen += len(value)
        if seen > most:
            raise _too_many(most)
        held = list(value.items() if isinstance(value, dict) else enumerate(value))
        yield path, held
        waiting.extend(((*path, name), inner) for name, inner in held if isinstance(inner, (dict, list)))


def _told(found: re.Match[str]) -> str:
    return (
        f"holds U+{ord(found[0]):04X} at character {found.start()}, which no text has; "
        "remove it, or convert the text to UTF-8 from what it is"
    )


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


def _too_deep(deepest: int) -> Problem:
    return Problem(422, f"the body is nested more than {deepest} deep; no request needs that")


def _too_many(most: int) -> Problem:
    return Problem(422, f"the body holds more than {most} values; send fewer cases or resources at a time")


def _unfit(path: tuple[str | int, ...], told: str) -> Problem:
    """The first part of the path is the place of the document itself: it was put into a list."""
    return unfit(".".join(map(str, path[1:])), told)


def _check_address(scope: Scope) -> None:
    path = _decoded(unquote_to_bytes(scope.get("raw_path") or b""))
    query = _decoded(unquote_to_bytes(scope["query_string"]))
    if _FORBIDDEN.search(path) or _FORBIDDEN.search(query):
        raise Problem(400, "the address holds control characters; remove them")


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        told = f"byte {error.start} of the request is not UTF-8 (0x{content[error.start]:02X}); send UTF-8"
        raise Problem(400, told) from None


def _content_type(scope: Scope) -> tuple[str, str]:
    """The type of the body and its character set, both in small letters."""
    header = MailMessage()
    given = Headers(scope=scope).get("content-type", "")
    header["content-type"] = given
    return header.get_content_type() if given else "", str(header.get_param("charset", "")).lower()

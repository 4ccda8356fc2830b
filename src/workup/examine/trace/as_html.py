"""A trace as one HTML file: no script, nothing fetched, light and dark."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from workup.examine.trace.layout import SIGNS, heading, is_marked, places
from workup.examine.trace.trace import Trace
from workup.templates import environment

if TYPE_CHECKING:
    from jinja2 import Environment

_MOST = 400  # positions of a strip: a page of thousands is not looked at


def page(trace: Trace, title: str) -> str:
    """A whole page; `title` says what was traced."""
    return _environment().get_template("page.html.j2").render(**_values(trace), title=title)


def fragment(trace: Trace) -> str:
    """The same for the inside of another page, such as a notebook."""
    return _environment().get_template("trace.html.j2").render(**_values(trace))


def _values(trace: Trace) -> dict[str, Any]:
    return {
        "trace": trace,
        "signs": SIGNS,
        "heading": heading,
        "is_marked": is_marked,
        "places": lambda step, strip: places(strip, step.marked(strip), _MOST),
    }


@cache
def _environment() -> Environment:
    return environment("workup.examine.trace")

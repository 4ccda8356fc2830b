"""A trace as one HTML file: no script, nothing fetched, light and dark."""

from __future__ import annotations

from functools import cache
from typing import Any

from workup.examine.trace.layout import SIGNS, heading, is_marked, places
from workup.examine.trace.trace import Trace

_MOST = 400  # positions of a strip: a page of thousands is not looked at


def page(trace: Trace, title: str) -> str:
    """A whole page; `title` says what was traced."""
    html: str = _template("page.html.j2").render(**_values(trace), title=title)
    return html


def fragment(trace: Trace) -> str:
    """The same for the inside of another page, such as a notebook."""
    html: str = _template("trace.html.j2").render(**_values(trace))
    return html


def _values(trace: Trace) -> dict[str, Any]:
    return {
        "trace": trace,
        "signs": SIGNS,
        "heading": heading,
        "is_marked": is_marked,
        "places": lambda step, strip: places(strip, step.marked(strip), _MOST),
    }


@cache
def _template(name: str) -> Any:
    from jinja2 import Environment, PackageLoader

    found = Environment(
        loader=PackageLoader("workup.examine.trace"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return found.get_template(name)

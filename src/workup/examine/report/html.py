"""A report as a page: one file that needs nothing else, and the same as a piece of a notebook."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from workup.examine.report.causes import causes_told
from workup.examine.report.remedies import recipe_options
from workup.examine.report.report import SIGNS, STATE_OF, Report
from workup.examine.report.svg import draw
from workup.examine.subject import MEANINGS
from workup.templates import environment

if TYPE_CHECKING:
    from jinja2 import Environment


def render(report: Report, title: str = "") -> str:
    """The report as an HTML document.

    Args:
        title: what was examined.
    """
    return _environment().get_template("page.html.jinja").render(report=report, title=title)


def fragment(report: Report) -> str:
    """The report as a piece of HTML with its own style, for a notebook's light or dark."""
    return _environment().get_template("report.html.jinja").render(report=report, title="")


@cache
def _environment() -> Environment:
    made = environment("workup.examine.report")
    made.globals |= {"SIGNS": SIGNS, "MEANINGS": MEANINGS, "STATE_OF": STATE_OF}
    filters: dict[str, Callable[..., Any]] = {"options": recipe_options, "measured": measured}
    filters |= {"drawn": draw, "prose": prose, "sentence": sentence, "causes": causes_told}
    made.filters |= filters
    return made


def measured(value: Any) -> str:
    """A measurement as a person reads it: numbers short, lists one after the other."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {measured(inner)}" for name, inner in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(map(measured, value)) or "none"
    return str(value)


def sentence(text: str) -> str:
    """A summary that stands by itself: with a capital and a full stop, unless it begins with a name."""
    first = text.partition(" ")[0]
    return f"{text[:1].upper()}{text[1:]}." if first.isalpha() and first.islower() else f"{text}."


def prose(text: str) -> str:
    """A check's documentation as HTML: its code as code, its sources as links."""
    from markupsafe import escape

    escaped = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text)))
    return re.sub(r"https?://[^\s,)<]+", r'<a href="\g<0>">\g<0></a>', escaped)

"""An assessment in a notebook: danger first, then the answer, then the words of the case it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from workup.clinic.assess.assessment import Assessment
from workup.clinic.assess.terminal import odds, percent
from workup.templates import environment

if TYPE_CHECKING:
    from jinja2 import Template


def fragment(one: Assessment) -> str:
    """The assessment as a piece of HTML that needs nothing else, for a notebook's light or dark."""
    return _template().render(one=one)


def marked(one: Assessment) -> Iterator[tuple[str, str]]:
    """The text in pieces, each with what it is: "for" the first diagnosis, "against" it, or ""."""
    reasons = [(r.start, r.end, "for") for r in one.supporting]
    reasons += [(r.start, r.end, "against") for r in one.opposing]
    reached = 0
    for start, end, kind in sorted(reasons):
        yield one.text[reached:start], ""
        yield one.text[start:end], kind
        reached = end
    yield one.text[reached:], ""


@cache
def _template() -> Template:
    from jinja2 import PackageLoader, PrefixLoader

    rooms = {"assess": "workup.clinic.assess", "report": "workup.examine.report"}
    made = environment(PrefixLoader({name: PackageLoader(room) for name, room in rooms.items()}))
    made.filters |= {"percent": percent, "odds": odds, "marked": marked}
    return made.get_template("assess/assessment.html.jinja")

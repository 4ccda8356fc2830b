"""Templates into pages. Everything that is put into one is escaped; nothing in one is script or style."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib import resources
from math import exp
from typing import Any

from jinja2 import Environment

from workup.clinic.assess.notebook import marked
from workup.clinic.assess.terminal import percent
from workup.serve.page import charts, words
from workup.templates import environment

_DIGITS = 12


def render(template: str, **given: Any) -> str:
    """A page, or a part of one, from the template of this name.

    Raises:
        jinja2.UndefinedError: the template names something that is not given.
    """
    return _environment().get_template(f"{template}.html.jinja").render(**given)


@cache
def static(name: str) -> bytes:
    """The content of a file that pages load."""
    return (resources.files("workup.serve.page") / "static" / name).read_bytes()


@cache
def address(name: str) -> str:
    """Where a page loads a static file from; it changes with the content, so browsers may keep it."""
    return f"/static/{name}?v={sha256(static(name)).hexdigest()[:_DIGITS]}"


def times(effect: float) -> str:
    """What words do to the odds of the first diagnosis, whose log-odds they change by `effect` nats."""
    size = exp(abs(effect))
    told = f"{size:.1f}" if size < 10 else f"{size:.0f}" if size < 1000 else "more than 1000"
    return f"{told} times {'likelier' if effect > 0 else 'less likely'}"


def capital(told: str) -> str:
    """What is said, with a capital letter at its beginning; all others stay as they are."""
    return f"{told[:1].upper()}{told[1:]}"


def sentence(told: str) -> str:
    """What is said, with a capital letter at its beginning and a mark at its end."""
    return capital(told) if told[-1:] in (".", "?", "!") else f"{capital(told)}."


@cache
def _environment() -> Environment:
    made = environment("workup.serve.page")
    made.filters |= {
        "percent": percent,
        "frequency": words.frequency,
        "ago": words.ago,
        "times": times,
        "capital": capital,
        "sentence": sentence,
        "marked": marked,
    }
    made.globals |= {"address": address, "scale": words.scale, "across": charts.across, "up": charts.up}
    return made

"""Reads a free text, or a structured case."""

from __future__ import annotations

from functools import lru_cache

from workup.clinic.book import Case
from workup.clinic.cases import render_whole
from workup.clinic.safety.patient import age_of, sex_of
from workup.clinic.safety.reading import Reading
from workup.clinic.safety.signs import mentions
from workup.clinic.safety.values import values_of
from workup.clinic.safety.words import UNDER_WAY, split


@lru_cache(maxsize=UNDER_WAY)
def read(text: str) -> Reading:
    """The findings, measured values, age and sex in a text; places are characters of `text` itself."""
    words = split(text)
    return Reading(text, mentions(text, words), values_of(text, words), age_of(text), sex_of(text))


def read_case(case: Case) -> Reading:
    """The same of a structured case; places are characters of its one-line form (`cases.render_whole`)."""
    return read(render_whole(case))

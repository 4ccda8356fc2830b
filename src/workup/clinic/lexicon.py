"""The lexicon of findings: how clinicians write each one, how patients say it, and how it is denied."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

from pydantic import Field

from workup.clinic.entries import Entry, Text, parse
from workup.errors import DataError

FILES = resources.files("workup.clinic") / "lexicon"


class Finding(Entry):
    """One finding and its surface forms.

    `clinical` holds noun phrases and abbreviations that mean the same to a clinician, `spelling` other
    spellings of the canonical name. `lay` holds what a patient says: first-person clauses without capital
    and full stop ("I can't catch my breath"); `lay_absent` what a patient says who does not have it.
    `measured` maps a vital sign to its range in a patient with the finding. A finding of kind "patient"
    is about who the patient is (age, sex) and is said with those.
    """

    kind: Literal["symptom", "sign", "history", "result", "patient"]
    clinical: tuple[Text, ...] = ()
    spelling: tuple[Text, ...] = ()
    lay: tuple[Text, ...] = ()
    lay_absent: tuple[Text, ...] = ()
    measured: dict[str, Text] = Field(default_factory=dict)


class _File(Entry):
    findings: dict[Text, Finding]


@cache
def findings() -> dict[str, Finding]:
    """Every finding of the lexicon by its canonical name.

    Raises:
        DataError: a file breaks the schema, or a finding stands in two files.
    """
    found: dict[str, Finding] = {}
    for file in sorted((f for f in FILES.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name):
        for name, finding in parse(file.read_text(encoding="utf-8"), file.name, _File).findings.items():
            if name in found:
                raise DataError(f"{file.name}: finding {name!r} stands in an earlier file too")
            found[name] = finding
    return found

"""Golden and red-flag cases: what a version may never lose, and how it answers them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from workup.clinic.entries import Entry, Text, parse
from workup.clinic.safety import rules
from workup.errors import DataError, RunError, nearest
from workup.registry.evidence import Asked, Kind
from workup.registry.lines import lines

if TYPE_CHECKING:
    from workup.clinic.assess import Assessment, Diagnoser

FILE = resources.files("workup.registry") / "golden.yaml"
_DIGITS = 12


class GoldenCase(Entry):
    """One case in free words.

    Without `flags`, it has to be given `diagnosis`. With them, each of these rules has to fire, and the
    diagnosis has to be told: as the first, in the set, or among those not to be missed.
    """

    id: Text
    specialty: Text
    diagnosis: Text
    text: Text
    flags: tuple[Text, ...] = ()

    @property
    def kind(self) -> Kind:
        """Whether it is about a diagnosis or about a danger."""
        return "red flag" if self.flags else "golden"


class _File(Entry):
    cases: Annotated[tuple[GoldenCase, ...], Field(min_length=1)]


def golden_cases(line: str, own: Path | None = None) -> tuple[GoldenCase, ...]:
    """The cases for a line: those of its specialty, or all for the general one.

    Args:
        own: a file to use in place of the one that comes with Workup.

    Raises:
        DataError: the file breaks the schema, two cases share an id, or a rule is named that there is not.
    """
    place = own or Path(str(FILE))
    try:
        cases = parse(place.read_text(encoding="utf-8"), str(own or FILE.name), _File).cases
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{place} cannot be read: {error}") from None
    ids, known = [case.id for case in cases], [rule.id for rule in rules()]
    if doubled := sorted({id for id in ids if ids.count(id) > 1}):
        raise DataError(f"{place}: two cases are called {', '.join(doubled)}")
    for case in cases:
        for flag in case.flags:
            if flag not in known:
                raise DataError(f"{place}: {case.id}: no rule is called {flag!r}; {nearest(flag, known)}")
    specialty = lines()[line]
    return tuple(case for case in cases if specialty in (None, case.specialty))


def fingerprint(cases: Sequence[GoldenCase]) -> str:
    """The checksum of a list of cases, whatever its order."""
    texts = sorted(json.dumps(case.model_dump(), sort_keys=True) for case in cases)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:_DIGITS]


def ask(
    diagnoser: Diagnoser, cases: Sequence[GoldenCase], progress: Callable[[int], None] = lambda done: None
) -> tuple[Asked, ...]:
    """What the diagnoser says of each case, and whether it is right."""
    found = []
    for done, case in enumerate(cases, start=1):
        try:
            said, right = judged(case, diagnoser.assess(given(diagnoser, case.text)))
        except (DataError, RunError) as error:
            said, right = f"it cannot be asked: {error}", False
        found.append(Asked(case.id, case.kind, case.diagnosis, said, right))
        progress(done)
    return tuple(found)


def given(diagnoser: Diagnoser, text: str) -> str | Mapping[str, str]:
    """The text in a form that the diagnoser was calibrated for."""
    fields = diagnoser.run.predictor.prompt.template.fields
    return text if "text" in diagnoser.known.forms or len(fields) > 1 else {fields[0]: text}


def judged(case: GoldenCase, answer: Assessment) -> tuple[str, bool]:
    """What an answer to a case says, in a few words, and whether it is right."""
    first = (
        f"{answer.differential[0].name} ({answer.differential[0].probability:.0%})"
        if answer.differential
        else ""
    )
    if case.kind == "golden":
        if answer.diagnosis is None:
            return f"it abstains ({answer.abstained}{', likeliest ' + first if first else ''})", False
        return f"it says {first}", answer.diagnosis.name == case.diagnosis
    silent = [flag for flag in case.flags if flag not in {one.id for one in answer.red_flags}]
    if silent:
        return f"the rules {', '.join(silent)} do not fire", False
    told = {one.name for one in (*answer.differential[:1], *answer.set, *answer.cannot_miss)}
    if case.diagnosis not in told:
        return f"it is not told; the likeliest is {first or 'none, ' + str(answer.abstained)}", False
    return "its flags fire and it is told", True

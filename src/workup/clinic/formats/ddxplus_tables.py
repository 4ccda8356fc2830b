"""The two tables of a DDXPlus release: what its codes of evidences and its names of conditions mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from workup.clinic.formats.questions import label, statement
from workup.data.readers import read_lines
from workup.errors import DataError, nearest

_SEPARATOR = "_@_"
_NOTHING = "NA"
_YES, _NO = "Y", "N"
_SIDES = {"R": "right", "L": "left"}


class Unusable(Exception):
    """A cell of a patient's line that cannot be used."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class Answer(NamedTuple):
    """One evidence of a patient in words, under "History" or "Symptoms", and whether it is absent."""

    text: str
    history: bool
    absent: bool


class Evidence(BaseModel):
    """One question that a patient may be asked, and the answers to it."""

    question_en: str
    is_antecedent: bool
    data_type: str = Field(pattern="^[BCM]$")
    value_meaning: dict[str, dict[str, str]] = {}
    possible_values: list[str | int] = Field(default=[], alias="possible-values")

    def values(self) -> list[str]:
        """The codes of the possible values."""
        return list(self.value_meaning) or [str(value) for value in self.possible_values]

    def meaning(self, value: str) -> str | None:
        """A value in English; None when it is none of the possible ones."""
        if value in self.value_meaning:
            english = self.value_meaning[value]["en"]
            side = re.fullmatch(r"(.+)\(([RL])\)", english)
            return f"{_SIDES[side[2]]} {side[1]}" if side else english
        if value in self.values():
            return f"{value}/{self.possible_values[-1]}"
        return None


class Condition(BaseModel):
    """One pathology under its English name."""

    name: str = Field(alias="cond-name-eng")
    french: str = Field(alias="cond-name-fr")
    used: str = Field(alias="condition_name")
    icd10: str = Field(alias="icd10-id")
    severity: int


@dataclass
class Tables:
    """Evidences by code, conditions by each of their names, and the wordings found so far."""

    evidences: dict[str, Evidence]
    conditions: dict[str, Condition]
    _known: dict[str, tuple[str, str | None, Answer]] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> Tables:
        """Both tables of a release.

        Raises:
            DataError: one is missing, or not what DDXPlus publishes.
        """
        evidences = _load(folder / "release_evidences.json", dict[str, Evidence])
        conditions = _load(folder / "release_conditions.json", dict[str, Condition])
        for condition in conditions.values():
            condition.icd10 = condition.icd10.upper()
        names = {n: c for c in conditions.values() for n in (c.french, c.name, c.used)}
        return cls(evidences, names)

    def condition(self, column: str, name: Any) -> Condition:
        """The condition that a patient's file calls `name`.

        Raises:
            Unusable: there is none of that name.
        """
        try:
            return self.conditions[name]
        except (KeyError, TypeError):
            known = nearest(name, self.conditions) if isinstance(name, str) and name else "name a condition"
            raise Unusable(column, f"{name!r} is not in release_conditions.json; {known}") from None

    def answers(self, column: str, codes: Iterable[Any]) -> dict[str, Answer]:
        """The evidences of a patient by name; the values of one evidence are joined, "NA" is left out.

        Raises:
            Unusable: a code or a value that the release does not have.
        """
        found: dict[str, Answer] = {}
        for code in codes:
            try:
                name, value, answer = self._known[code]
            except (KeyError, TypeError):
                name, value, answer = self._known[code] = self._look_up(column, code)
            if name in found and value:
                answer = found[name]._replace(text=f"{found[name].text}, {value}")
            if value != _NOTHING:
                found[name] = answer
        return found

    def _look_up(self, column: str, code: Any) -> tuple[str, str | None, Answer]:
        if not isinstance(code, str):
            raise Unusable(column, f"must be a list of codes, got {code!r}")
        name, separator, value = code.partition(_SEPARATOR)
        evidence = self.evidences.get(name)
        if evidence is None:
            raise Unusable(column, f"{name!r} is not in release_evidences.json; are the two of one release?")
        if (evidence.data_type == "B") == bool(separator):
            wanted = name if evidence.data_type == "B" else f"{name}{_SEPARATOR}VALUE"
            raise Unusable(column, f"{code!r} must be written {wanted}")
        if not separator:
            return name, None, Answer(statement(evidence.question_en), evidence.is_antecedent, False)
        meaning = evidence.meaning(value)
        if meaning is None:
            raise Unusable(column, f"{name!r} has no value {value!r}; {nearest(value, evidence.values())}")
        asked = label(evidence.question_en)
        text = asked if meaning in (_YES, _NO) else f"{asked}: {meaning}"
        return name, meaning, Answer(text, evidence.is_antecedent, meaning == _NO)


Table = TypeVar("Table")


def _load(path: Path, kind: type[Table]) -> Table:
    if not path.is_file():
        raise DataError(f"there is no {path}; DDXPlus publishes it together with the patients")
    try:
        return TypeAdapter(kind).validate_json("".join(read_lines(path)))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise DataError(f"{path}: {where}: {first['msg']}; use the file that DDXPlus publishes") from None

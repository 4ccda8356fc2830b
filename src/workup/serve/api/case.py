"""A case as programs send it: in free words, as findings, or in parts."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema, model_validator

from workup.clinic.ages import person
from workup.serve import names
from workup.serve.api.schemas import Given
from workup.serve.problems import unfit

EXAMPLE = (
    "M 61, woke at night with the left big toe red, hot and swollen, even the sheet on it hurts. Beer daily. "
    "Uric acid 9.2 mg/dL."
)
_FORMS = ("text", "findings", "parts")
Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Texts = Annotated[list[Text], Field(max_length=100)]
Quantities = Annotated[dict[Text, Text], Field(max_length=100)]
Specialty = Annotated[Text, AfterValidator(names.specialty)]
Diagnosis = Annotated[Text, AfterValidator(names.diagnosis)]
_AGE = r"^\d{1,3} (years?|months?|weeks?|days?|hours?)$"


def _age(given: str) -> str:
    if not re.search(_AGE, given, re.ASCII):
        raise ValueError("must be a number and its unit, such as '61 years', '5 months' or '12 days'")
    return given


class Parts(Given):
    """A case in parts; labs and vitals by name, each with its unit ("67 mg/L")."""

    age: Annotated[str, AfterValidator(_age), WithJsonSchema({"type": "string", "pattern": _AGE})] | None = (
        None
    )
    sex: Literal["male", "female", "other", "unknown"] | None = None
    history: Texts = Field(default_factory=list)
    symptoms: Annotated[list[Text], Field(min_length=1, max_length=100)]
    signs: Texts = Field(default_factory=list)
    absent: Texts = Field(default_factory=list)
    vitals: Quantities = Field(default_factory=dict)
    labs: Quantities = Field(default_factory=dict)
    imaging: Texts = Field(default_factory=list)
    tests: Texts = Field(default_factory=list)

    def written(self) -> str:
        """All of it as one text, in the order and with the words of the case book's structured cases."""
        sex = self.sex if self.sex in ("male", "female") else None
        who = person(self.age, sex) if self.age and self.sex else self.age or sex or ""
        parts = [
            who,
            _listed("History", self.history),
            _listed("Symptoms", self.symptoms),
            _listed("Signs", self.signs),
            *(f"{name}: {value}" for name, value in self.labs.items()),
            _listed("Imaging", self.imaging),
            _listed("Tests", self.tests),
            _listed("Absent", self.absent),
            *(f"{name}: {value}" for name, value in self.vitals.items()),
        ]
        return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts if part)


def _listed(title: str, findings: list[str]) -> str:
    return f"{title}: {', '.join(findings)}" if findings else ""


class Case(Given):
    """One case, in one of three forms.

    `text`: in free words. `findings`: as in "Symptoms: fever, cough. CRP: 67 mg/L. Imaging: basal
    infiltrate." `parts`: each finding by itself. `specialty` asks the model of that specialty, where it has
    one.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": [form]} for form in _FORMS],
            "examples": [
                {"text": EXAMPLE},
                {
                    "parts": {
                        "age": "61 years",
                        "sex": "male",
                        "symptoms": ["pain in the left big toe at night", "redness", "swelling"],
                    }
                },
            ],
        }
    )

    text: Text | None = Field(default=None, json_schema_extra=lambda schema: _not_null(schema))
    findings: Text | None = Field(default=None, json_schema_extra=lambda schema: _not_null(schema))
    parts: Parts | None = Field(default=None, json_schema_extra=lambda schema: _not_null(schema))
    specialty: Specialty | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Case:
        given = [form for form in _FORMS if getattr(self, form) is not None]
        if not given:
            raise ValueError("the case is missing: give it as 'text', 'findings' or 'parts'")
        if len(given) > 1:
            raise ValueError(f"a case has one form: keep one of {' and '.join(map(repr, given))}")
        return self

    def given(self, longest: int, place: str = "") -> str | dict[str, str]:
        """What the desk is asked: free words as a string, else the column of findings.

        Args:
            longest: in characters.
            place: of the case in the request, such as "cases.3".

        Raises:
            Problem: 422, it is longer.
        """
        form = next(form for form in _FORMS if getattr(self, form) is not None)
        content = self.parts.written() if self.parts else str(self.text or self.findings)
        if len(content) > longest:
            told = f"has {len(content)} characters, and at most {longest} are taken; shorten the case"
            raise unfit(f"{place}.{form}".removeprefix("."), told)
        return content if form == "text" else {"findings": content}


def _not_null(schema: dict[str, Any]) -> None:
    """Left out is one thing, null another: with `oneOf` a null would count as given."""
    (kind,) = (one for one in schema.pop("anyOf") if one != {"type": "null"})
    schema.pop("default", None)
    schema.update(kind)

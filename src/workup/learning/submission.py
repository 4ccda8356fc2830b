"""One row of a file as a case to learn from: identifiers taken out, then checked as the case book is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from workup.clinic.analytes import problem
from workup.clinic.deidentify import deidentify
from workup.clinic.deidentify.rows import deidentify_row
from workup.clinic.formats.documents import Part, fault
from workup.data.check import mentions
from workup.data.rows import BadRow, Row
from workup.errors import DataError
from workup.learning.labels import Label, label
from workup.learning.tables import Kind

# As for a case of the case book, `clinic.book.Case.text`.
_SHORTEST = 20


class Line(Part):
    """The columns that are read; all others are passed over and never stored.

    `text` is the case in free words, `findings` the case in the guide's form where there is no `text`.
    Without `feedback` the row is a new case with its `diagnosis`. With it, it says what became of a model's
    `answer`: accepted; corrected, with the right `diagnosis`; or rejected, with a `reason`. `received` is
    when that was (ISO 8601; UTC where no zone is given). `labs`, `vitals` and `sex` are only checked.
    """

    text: str | None = None
    findings: str | None = None
    diagnosis: str | None = None
    feedback: Literal["accepted", "corrected", "rejected"] | None = None
    answer: str | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    reason: str | None = None
    model: str | None = None
    received: datetime | None = None
    labs: dict[str, str] = Field(default_factory=dict)
    vitals: dict[str, str] = Field(default_factory=dict)
    sex: Literal["male", "female"] | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Line:
        if not (self.text or self.findings or "").strip():
            raise ValueError("the case is missing: give it as 'text', or as 'findings'")
        if self.feedback in (None, "corrected") and not self.diagnosis:
            raise ValueError(
                f"'diagnosis' is missing: what is the {'right one' if self.feedback else 'case'}?"
            )
        if self.feedback and not self.answer:
            raise ValueError("'answer' is missing: which answer of the model is meant?")
        if self.feedback == "rejected" and not self.reason:
            raise ValueError("'reason' is missing: why is the answer rejected?")
        if self.feedback == "rejected" and self.diagnosis:
            raise ValueError("a rejected answer with the right diagnosis is 'corrected'")
        return self


@dataclass(frozen=True)
class Submission:
    """A case as it may be stored: without identifiers, its diagnosis by the case book's name.

    The fields are those of `tables.Item`.
    """

    place: str
    received: datetime | None
    kind: Kind
    text: str
    diagnosis: Label | None
    answer: Label | None
    confidence: float | None
    model: str | None
    reason: str | None

    @property
    def specialty(self) -> str | None:
        """Of the diagnosis, or else of the answer."""
        known = self.diagnosis or self.answer
        return known.specialty if known else None


def submission(row: Row) -> Submission | BadRow:
    """The row as a submission, or what is wrong with it; the reasons hold no words of the case."""
    try:
        line = Line.model_validate(row.values)
    except ValidationError as error:
        return fault(row.place, error)
    column = "text" if (line.text or "").strip() else "findings"
    clean, _ = deidentify_row(Row({column: getattr(line, column)}, row.place))
    text = " ".join(clean.values[column].split())
    try:
        answer = label(line.answer) if line.answer else None
        diagnosis = label(line.diagnosis) if line.diagnosis else None
        if line.feedback == "accepted":
            diagnosis = _accepted(diagnosis, answer)
        elif diagnosis is not None and diagnosis == answer:
            raise DataError(f"the correction is the answer itself, {answer.name!r}")
    except DataError as error:
        return BadRow(row.place, "diagnosis", str(error))
    wrong = next(_faults(line, text, diagnosis), None)
    if wrong is not None:
        return BadRow(row.place, *wrong)
    return Submission(
        place=Path(row.place).name,
        received=_in_utc(line.received),
        kind=line.feedback or "case",
        text=text,
        diagnosis=diagnosis,
        answer=answer,
        confidence=line.confidence,
        model=line.model,
        reason=deidentify(line.reason).text if line.reason else None,
    )


def _accepted(diagnosis: Label | None, answer: Label | None) -> Label | None:
    if diagnosis is not None and diagnosis != answer:
        raise DataError("an accepted answer with another diagnosis is 'corrected'")
    return answer


def _faults(line: Line, text: str, diagnosis: Label | None) -> Iterator[tuple[str, str]]:
    """What the case book's checks would call errors: the field, and why."""
    if len(text) < _SHORTEST:
        yield "text", f"a case has at least {_SHORTEST} characters, this one {len(text)}"
    for field, values in (("labs", line.labs), ("vitals", line.vitals)):
        for name, value in values.items():
            if found := problem(name, value):
                yield field, found[1]
    if diagnosis is None:
        return
    said = next((name for name in diagnosis.condition.names if mentions(text, name)), None)
    if said is not None:
        yield "text", f"the text says its answer: {said!r}"
    if line.sex and diagnosis.condition.patients.male == (1.0 if line.sex == "female" else 0.0):
        yield "sex", f"{diagnosis.name} in a {line.sex} patient"


def _in_utc(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)

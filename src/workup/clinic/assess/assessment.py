"""What the clinic says of one case: a diagnosis with its reasons, or that it does not know, and why."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from workup.clinic.book import Urgency

# Why there is no diagnosis: the input cannot be read as a case; something has to be asked back first; it is
# not of the kind the model knows; it tells too little; nothing is likely enough; whoever runs the model gives
# no answers now.
Abstained = Literal["unreadable", "doubtful", "out of scope", "sparse", "unsure", "stopped"]
FORMAT = 1


@dataclass(frozen=True)
class Candidate:
    """One condition of the differential.

    Attributes:
        probability: 0 to 1, calibrated, among the known conditions.
        in_set: it belongs to the set that holds the right one as often as promised.
        icd10, specialty, urgency: None where the case book does not have the condition.
    """

    name: str
    probability: float
    in_set: bool
    icd10: str | None = None
    specialty: str | None = None
    urgency: Urgency | None = None


@dataclass(frozen=True)
class Reason:
    """Words of the input, and how much less likely the first diagnosis is without them.

    `effect` is the change of its log-odds in nats, positive where the words speak for it; 0.7 doubles them.
    """

    words: str
    start: int
    end: int
    effect: float


@dataclass(frozen=True)
class Question:
    """A finding that the input does not tell, and that would tell the first two diagnoses apart.

    `first`, `second` are the rough shares of patients with either who have it, as the case book says.
    """

    finding: str
    first: float
    second: float
    speaks_for: str


@dataclass(frozen=True)
class Flag:
    """A red flag: a rule that fired whatever the model says, and the words that made it fire."""

    id: str
    title: str
    level: Literal["emergency", "urgent"]
    advice: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Confidence:
    """How sure the diagnosis is: its probability, a word for it, and how often answers so called were right.

    `right` of `cases` validation cases; small hand-made ones, so no claim about patients.
    """

    probability: float
    word: str
    right: int
    cases: int


@dataclass(frozen=True)
class Model:
    """Which model answered, and what it was fitted and calibrated on."""

    name: str
    checksum: str
    data: str
    calibrated_on: str
    workup: str


@dataclass(frozen=True)
class Assessment:
    """The answer to one input.

    Attributes:
        abstained: why there is no diagnosis, with `why` in a sentence; None, "": there is one.
        differential: every candidate worth a line, likeliest first; empty where the input is no case.
        coverage: the share of such sets that hold the right answer, as promised: 0.9.
        written: what the model most probably writes by itself; `agrees`: whether that is the first of the
            differential.
        cannot_miss: emergencies of a probability that must not be passed over, whatever their rank.
        doubts: what has to be asked back.
    """

    text: str
    abstained: Abstained | None
    why: str
    differential: tuple[Candidate, ...]
    coverage: float
    confidence: Confidence | None
    written: str
    agrees: bool
    supporting: tuple[Reason, ...]
    opposing: tuple[Reason, ...]
    questions: tuple[Question, ...]
    red_flags: tuple[Flag, ...]
    cannot_miss: tuple[Candidate, ...]
    doubts: tuple[str, ...]
    model: Model
    notice: str

    @property
    def diagnosis(self) -> Candidate | None:
        """The first of the differential; None where the model abstains."""
        return None if self.abstained else self.differential[0]

    @property
    def set(self) -> tuple[Candidate, ...]:
        """The candidates among which the right one is, as often as `coverage` promises."""
        return tuple(one for one in self.differential if one.in_set)

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values; `schema` describes them."""
        first = self.diagnosis
        return {"format": FORMAT, "diagnosis": first.name if first else None, **asdict(self)}

    def _repr_html_(self) -> str:
        """For notebooks."""
        from workup.clinic.assess.notebook import fragment

        return fragment(self)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `Assessment.to_json`."""
    from pydantic import TypeAdapter

    inner = TypeAdapter(Assessment).json_schema()
    own = {"format": {"const": FORMAT}, "diagnosis": {"type": ["string", "null"]}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **inner,
        "properties": {**own, **inner["properties"]},
        "required": ["format", "diagnosis", *inner["required"]],
    }

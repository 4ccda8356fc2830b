"""What a version's folder tells of how good it is: everything that decides whether it may serve."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from workup.errors import RegistryError
from workup.evaluation.metrics import Proportion

RESULTS, EVALUATION, REPORT = "results.json", "evaluation.json", "report.json"
Kind = Literal["golden", "red flag"]


@dataclass(frozen=True)
class Case:
    """How the diagnoser did on one validation case, in one form, calibrated on other validation cases.

    Attributes:
        form: "findings" or "text".
        specialty: None where neither the data nor the case book says.
        expected, answer: the right condition, and the likeliest; `rank` of the right one, 1 is first.
        confidence: the calibrated probability of the answer, 0 to 1.
        in_set: the conformal set holds the right one; `set_size`: how many conditions it has.
        answered: it was sure enough to answer.
    """

    id: str
    form: str
    specialty: str | None
    expected: str
    answer: str
    rank: int
    confidence: float
    in_set: bool
    set_size: int
    answered: bool

    @property
    def right(self) -> bool:
        """Whether the answer is the right one."""
        return self.rank == 1


@dataclass(frozen=True)
class Asked:
    """A golden or a red-flag case, what was expected of it, and what the diagnoser said."""

    id: str
    kind: Kind
    expected: str
    said: str
    right: bool


@dataclass(frozen=True)
class Second:
    """A second training of the same recipe; `top1`: how often its first written answer was right."""

    run: str
    seed: int
    weights: str
    top1: Proportion


@dataclass(frozen=True)
class Examined:
    """What the examination found: the summaries of its errors, the number of warnings, checks that broke."""

    errors: tuple[str, ...]
    warnings: int
    broken: tuple[str, ...]
    checks: int


@dataclass(frozen=True)
class Evidence:
    """What the gates look at.

    Attributes:
        promise: the share of conformal sets that should hold the right condition, 0 to 1.
        cases: every validation case in every form.
        asked: golden and red-flag cases; `golden` is the fingerprint of the list they are from.
        top1: how often the first written answer was right on validation cases.
        second: None where there was no second training.
        examined: None where the run was not examined.
    """

    promise: float
    cases: tuple[Case, ...]
    asked: tuple[Asked, ...]
    golden: str
    top1: Proportion
    second: Second | None
    examined: Examined | None

    @property
    def forms(self) -> list[str]:
        """The forms that the validation cases have."""
        return list(dict.fromkeys(case.form for case in self.cases))

    def of_form(self, form: str) -> list[Case]:
        """The validation cases in one form."""
        return [case for case in self.cases if case.form == form]

    def of_kind(self, kind: Kind) -> list[Asked]:
        """The golden cases, or the red-flag cases."""
        return [one for one in self.asked if one.kind == kind]

    @classmethod
    def load(cls, folder: Path) -> Evidence:
        """Read the evidence of a version.

        Raises:
            RegistryError: a file is missing or is not what it should be.
        """
        try:
            values = read_json(folder / RESULTS)
            second = values["second"]
            report = folder / REPORT
            return cls(
                promise=values["promise"],
                cases=tuple(Case(**case) for case in values["cases"]),
                asked=tuple(Asked(**one) for one in values["asked"]),
                golden=values["golden"],
                top1=top1_of(folder / EVALUATION),
                second=second and Second(**{**second, "top1": Proportion.from_json(second["top1"])}),
                examined=_examined(read_json(report)) if report.is_file() else None,
            )
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise RegistryError(
                f"the evidence in {folder} cannot be read ({type(error).__name__}: {error}); "
                "publish the run again"
            ) from None


def results_json(
    promise: float, cases: Sequence[Case], asked: Sequence[Asked], golden: str, second: Second | None
) -> dict[str, Any]:
    """What `results.json` holds: all that a run's folder does not."""
    return {
        "promise": promise,
        "golden": golden,
        "asked": _values(asked),
        "second": second and {**asdict(second), "top1": second.top1.to_json()},
        "cases": _values(cases),
    }


def top1_of(evaluation: Path) -> Proportion:
    """How often the first written answer was right, of an `evaluation.json`."""
    return Proportion.from_json(read_json(evaluation)["model"]["top1"])


def _examined(report: dict[str, Any]) -> Examined:
    findings = report["findings"]
    return Examined(
        errors=tuple(f"{f['check']}: {f['summary']}" for f in findings if f["severity"] == "error"),
        warnings=sum(f["severity"] == "warning" for f in findings),
        broken=tuple(f"{one['check']}: {one['error']}" for one in report["broken"]),
        checks=sum(stage["checks_made"] for stage in report["stages"]),
    )


def _values(rows: Iterable[Case] | Iterable[Asked]) -> list[dict[str, Any]]:
    return [asdict(row) for row in rows]


def read_json(path: Path) -> dict[str, Any]:
    """The object that a file of a version holds."""
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return values

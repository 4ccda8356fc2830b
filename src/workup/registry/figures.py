"""The figures of a version: of each form of input, and as flat numbers for whoever plots them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from workup.evaluation.metrics import Proportion
from workup.registry.evidence import Case, Evidence, read_json
from workup.registry.gates import calibration
from workup.registry.version import CALIBRATION, Version

_LOG = "log.jsonl"


@dataclass(frozen=True)
class FormTold:
    """The figures of one form of input; `size` is the mean number of conditions of a set."""

    form: str
    cases: int
    top1: Proportion
    top3: Proportion
    answered: Proportion
    right_of_answered: Proportion
    held: Proportion
    size: float
    temperature: float


def forms(folder: Path, evidence: Evidence) -> list[FormTold]:
    """The figures of every form of the version in a folder."""
    fitted = read_json(folder / CALIBRATION)["forms"]
    return [
        _form(form, evidence.of_form(form), fitted[form]["calibration"]["temperature"])
        for form in evidence.forms
    ]


def figures(version: Version) -> dict[str, float]:
    """Every figure by its name, such as `text/top1`; what has a 95 % interval also as `_low` and `_high`."""
    evidence = version.evidence
    found = _with_interval("written_top1", evidence.top1.to_json())
    for told in forms(version.folder, evidence):
        for name in ("top1", "top3", "answered", "right_of_answered", "held"):
            found |= _with_interval(f"{told.form}/{name}", getattr(told, name).to_json())
        found |= {f"{told.form}/set_size": told.size, f"{told.form}/temperature": told.temperature}
    for form, numbers in calibration(evidence, None).numbers.items():
        found |= _with_interval(f"{form}/calibration_error", numbers["error"])
    for kind in ("golden", "red flag"):
        asked = evidence.of_kind(kind)
        found[f"{kind.replace(' ', '_')}_right"] = sum(one.right for one in asked)
        found[f"{kind.replace(' ', '_')}_asked"] = len(asked)
    return found


def curves(version: Version) -> Iterator[tuple[str, int, float]]:
    """The training as it was logged: the name of a number, such as `train/loss`, its step, and the number."""
    log = version.folder / _LOG
    for line in log.read_text(encoding="utf-8").splitlines() if log.is_file() else ():
        values = json.loads(line)
        kind, step = values.pop("kind"), values.pop("step")
        for name, value in values.items():
            if isinstance(value, int | float):
                yield f"{kind}/{name}", step, value


def _with_interval(name: str, values: dict[str, float]) -> dict[str, float]:
    return {name: values["value"], f"{name}_low": values["low"], f"{name}_high": values["high"]}


def _form(form: str, cases: Sequence[Case], temperature: float) -> FormTold:
    answered = [case for case in cases if case.answered]
    return FormTold(
        form=form,
        cases=len(cases),
        top1=Proportion.of([case.right for case in cases]),
        top3=Proportion.of([case.rank <= 3 for case in cases]),
        answered=Proportion.of([case.answered for case in cases]),
        right_of_answered=Proportion.of([case.right for case in answered]),
        held=Proportion.of([case.in_set for case in cases]),
        size=sum(case.set_size for case in cases) / len(cases),
        temperature=temperature,
    )

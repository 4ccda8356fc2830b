"""Patients in the format of DDXPlus, drawn from its published statistics.

For where its own patients are not at hand.

    .venv/bin/python bench/ddxplus_patients.py STATISTICS OUT [--train 4000] [--test 500]

STATISTICS is a folder with `ddxplus_bed_stats_4.json`, the share of each condition and of each answer with
it (Casande-RL, Fansi Tchango et al. 2022), and the French tables of the release, `release_evidences.fr.json`
and `release_conditions.fr.json`. OUT becomes a folder that "ddxplus:OUT" reads.

They are not the patients of DDXPlus. The statistics know no age, no sex and no answers that hang together;
but follow-up questions (a pain's place) are asked only where their first question (is there a pain) is
answered with yes. DDXPlus's differentials are those of a rule-based system. Here they are what Bayes' rule
makes of all answers, with a fraction of their log-likelihood, as if most answers said nothing new; at most
ten names.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

# What an answer's log-likelihood counts, and its share that is the same for every condition. Without both the
# statistics, of patients made by rules, exclude all conditions but one, and there is no differential.
_WORTH, _DOUBT = 0.07, 0.05
_LEAST = 0.01  # of a condition that belongs to a differential, as in DDXPlus
_MOST_NAMES = 10
_MOST_VALUES = 3  # of a question with several answers
COLUMNS = ("AGE", "DIFFERENTIAL_DIAGNOSIS", "SEX", "PATHOLOGY", "EVIDENCES", "INITIAL_EVIDENCE")


@dataclass(frozen=True)
class Question:
    """A question with the share (D, V) of each answer with each of D conditions; `default` is not told."""

    name: str
    first: str
    kind: str
    values: tuple[str, ...]
    default: int
    shares: Any

    def worth(self, value: int) -> Any:
        """(D,) what an answer adds to the log-odds of each condition."""
        shares = self.shares[:, value]
        return _WORTH * np.log((1 - _DOUBT) * shares + _DOUBT * shares.mean() + 1e-9)


def questions(statistics: dict[str, Any], evidences: dict[str, Any]) -> list[Question]:
    """Every question, those that others follow from first."""
    found = []
    for name, evidence in evidences.items():
        binary = evidence["data_type"] == "B"
        values = ("no", "yes") if binary else tuple(map(str, evidence["possible-values"]))
        default = 0 if binary else values.index(str(evidence["default_value"]))
        shares = np.zeros((len(statistics), len(values)))
        for row, condition in enumerate(statistics.values()):
            told = condition["findings"].get(name, 0.0 if binary else {})
            told = {"yes": told} if binary else told
            for value, share in told.items():
                shares[row, values.index(value)] = share
            shares[row, default] += max(0.0, 1 - shares[row].sum())
        shares /= shares.sum(axis=1, keepdims=True)
        found.append(
            Question(name, evidence["code_question"], evidence["data_type"], values, default, shares)
        )
    return sorted(found, key=lambda question: question.first != question.name)


def patient(random: Any, statistics: dict[str, Any], asked: list[Question]) -> dict[str, Any]:
    """One patient as a line of a release."""
    names = list(statistics)
    priors = np.array([condition["prior"] for condition in statistics.values()])
    while True:
        condition = random.choice(len(names), p=priors / priors.sum())
        log_odds = np.log(priors)
        told: dict[str, list[str]] = {}
        for question in asked:
            if question.first != question.name and question.first not in told:
                continue
            given = _answers(random, question, condition)
            for value in given:
                log_odds = log_odds + question.worth(value)
            if question.default not in given:
                told[question.name] = [
                    question.name if question.kind == "B" else f"{question.name}_@_{question.values[value]}"
                    for value in given
                ]
        first = [q.name for q in asked if q.first == q.name and q.kind == "B" and q.name in told]
        if first:
            break
    posterior = np.exp(log_odds - np.logaddexp.reduce(log_odds))
    likely = [column for column in np.argsort(-posterior) if posterior[column] > _LEAST][:_MOST_NAMES]
    mass = posterior[likely].sum()
    return {
        "AGE": int(random.integers(1, 91)),
        "DIFFERENTIAL_DIAGNOSIS": [
            [names[column], round(float(posterior[column] / mass), 4)] for column in likely
        ],
        "SEX": str(random.choice(["F", "M"])),
        "PATHOLOGY": names[condition],
        "EVIDENCES": [code for codes in told.values() for code in codes],
        "INITIAL_EVIDENCE": str(random.choice(first)),
    }


def _answers(random: Any, question: Question, condition: int) -> list[int]:
    shares = question.shares[condition]
    first = int(random.choice(len(shares), p=shares))
    if question.kind != "M" or first == question.default:
        return [first]
    others = shares.copy()
    others[[first, question.default]] = 0
    more = min(int(random.integers(0, _MOST_VALUES)), int((others > 0.01).sum()))
    drawn = random.choice(len(shares), more, replace=False, p=others / others.sum()) if more else []
    return [first, *map(int, drawn)]


def write(folder: Path, out: Path, counts: dict[str, int]) -> None:
    """The folder of a release."""
    out.mkdir(parents=True, exist_ok=True)
    for name in ("release_evidences", "release_conditions"):
        shutil.copyfile(folder / f"{name}.fr.json", out / f"{name}.json")
    statistics = json.loads((folder / "ddxplus_bed_stats_4.json").read_text(encoding="utf-8"))
    evidences = json.loads((out / "release_evidences.json").read_text(encoding="utf-8"))
    asked, random = questions(statistics, evidences), np.random.default_rng(0)
    for split, count in counts.items():
        with (out / f"release_{split}_patients.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(patient(random, statistics, asked) for _ in range(count))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("statistics", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--train", type=int, default=4000)
    parser.add_argument("--test", type=int, default=500)
    given = parser.parse_args()
    write(given.statistics, given.out, {"train": given.train, "test": given.test})

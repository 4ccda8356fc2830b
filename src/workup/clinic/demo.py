"""What the demonstration trains and asks; `workup demo` shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from workup.clinic.guide import PROMPTS
from workup.data.nearest import nearest
from workup.data.rows import Example
from workup.evaluation.metrics import rank
from workup.recipe import Recipe
from workup.run import Run

RECIPE = Path(str(resources.files("workup.clinic") / "recipes" / "clinic.yaml"))


def recipe(quick: bool) -> Recipe:
    """The clinic's recipe; the quick form trains for a fraction of the time and shows the same things."""
    full = Recipe.load(RECIPE)
    return full.change("training.epochs", 1.0) if quick else full


@dataclass(frozen=True)
class Holdings:
    """How many training and validation cases, and conditions, a specialty has."""

    specialty: str
    conditions: int
    train: int
    validation: int


def holdings(train: Sequence[Example], validation: Sequence[Example]) -> list[Holdings]:
    """The case book by specialty, in its own order."""
    conditions: dict[str, set[str]] = {}
    for example in [*train, *validation]:
        conditions.setdefault(example.metadata["specialty"], set()).add(example.answers[0])
    counts = [Counter(example.metadata["specialty"] for example in side) for side in (train, validation)]
    return [
        Holdings(name, len(found), counts[0][name], counts[1][name]) for name, found in conditions.items()
    ]


def unusual(examples: Sequence[Example]) -> float:
    """The share of cases, 0 to 1, that are atypical or incomplete."""
    return sum(bool(example.metadata["form"] != "typical") for example in examples) / len(examples)


@dataclass(frozen=True)
class Tried:
    """One of the guide's prompts, what the model said, and how near it is to a training case."""

    findings: str
    generated: str
    expected: str
    right: bool
    similarity: float


def try_guide_prompts(run: Run) -> list[Tried]:
    """The guide's five final tests, answered by the run."""
    train = run.examples.train
    neighbours = nearest([p.findings for p in PROMPTS], [e.content for e in train])
    names = {example.answers[0]: example.answers for example in train}
    tried = []
    for prompt, neighbour in zip(PROMPTS, neighbours, strict=True):
        answer = run.predict({"findings": prompt.findings}).answer
        right = rank([answer], names[prompt.expected]) == 1
        tried.append(Tried(prompt.findings, answer, prompt.expected, right, neighbour.similarity))
    return tried

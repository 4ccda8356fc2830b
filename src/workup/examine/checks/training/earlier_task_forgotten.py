"""TRA016"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.answers import Answer, Answers, examples, many
from workup.examine.measurements.before import Before
from workup.examine.measurements.prompts import Prompts, Sources, prompts_of, task_of
from workup.examine.measurements.texts import Texts

# Fewer answers to a prompt may be like those of another task by chance.
_FEWEST = 4
_HALF = 0.5
# Answers of the base that are made to compare.
_COMPARED = 8


@dataclass(frozen=True)
class _Task:
    """What is said to a prompt that was not trained: all answers, and those that the trained task gives."""

    prompt: str
    answers: list[Answer]
    taken: list[Answer]


@check("TRA016", "training")
def earlier_task_forgotten(
    answers: Answers, source_texts: Sources, many_train_texts: Texts, before: Before | None = None
) -> Finding | None:
    """Another task of the model is now answered as the trained one.

    What it checks
    Whether texts are given to the model with the trained prompt and with another one, such as "translate: "
    beside "summarize: ", and the answers to the other one are targets of the training. Where the weights of
    the base are at hand, it answers a few of these texts too: what it gave other answers to was forgotten.

    Why it matters
    All weights serve all tasks. A training on rows of one prompt teaches that its answers are the answers to
    everything, and nothing in its loss or its scores tells of the other tasks.

    Evidence
    The prompt, how many of its answers are targets of the training, how many were before it, and examples.

    Example
    Wrong: a model that summarizes and translates is trained on summaries alone and used for both. Right: some
    rows of each task in every epoch, each with its prompt.

    Remedy
    Mix rows of the other tasks into the training, or keep the base for them; an adapter that is switched off
    for them does it too.

    When it is harmless
    When the other task is no longer wanted.

    Known limits
    Tasks of which no text is given to the model are not tried. A task whose targets are the same as the
    trained one's is not told from it.

    Sources
    https://arxiv.org/abs/1312.6211, https://arxiv.org/abs/1910.10683
    """
    prompts = prompts_of(source_texts.training)
    if prompts is None or not any(row.source.lstrip().startswith(prompts.texts) for row in answers.rows):
        return None
    targets = {target.strip() for target in many_train_texts.targets}
    for task in _others(answers, prompts, targets):
        said = _at_first(task, before)
        if said is None or not many(sum(text.strip() in targets for text in said), len(said), _HALF):
            return _finding(task, said, targets)
    return None


def _others(answers: Answers, prompts: Prompts, targets: set[str]) -> Iterator[_Task]:
    """The prompts that were not trained, where half of the answers or more are those of the training."""
    asked = defaultdict(list)
    for row in answers.rows:
        prompt = task_of(row.source.lstrip())
        if prompt and not row.source.lstrip().startswith(prompts.texts):
            asked[prompt].append(row)
    for prompt, rows in asked.items():
        taken = [row for row in rows if row.text.strip() in targets and row.text != row.expected]
        if many(len(taken), len(rows), _HALF, _FEWEST):
            yield _Task(prompt, rows, taken)


def _at_first(task: _Task, before: Before | None) -> list[str] | None:
    """What the base said to the same texts; None: it is not at hand."""
    return before.answers([row.source for row in task.taken[:_COMPARED]]) if before else None


def _finding(task: _Task, said: list[str] | None, targets: set[str]) -> Finding:
    evidence: dict[str, Any] = {
        "prompt": task.prompt,
        "answers": len(task.answers),
        "of them targets of the training": len(task.taken),
    }
    told = ""
    if said is not None:
        now = [row.text for row in task.taken]
        kept = sum(text.strip() in targets for text in said)
        told = f"; of {len(said)} of them, {kept} were before the training"
        evidence |= {"compared": len(said), "targets before the training": kept}
        evidence["now, and before"] = examples(list(zip(now, said, strict=False)))
    return Finding(
        Severity.WARNING if said is None else Severity.ERROR,
        f"{len(task.taken)} of {len(task.answers)} answers to {task.prompt!r}, which was not trained, are "
        f"targets of the training{told}",
        Remedy("mix rows of the other tasks into the training, each with its prompt"),
        evidence,
        harm="" if said is None else "the model no longer does what the base did with this prompt",
    )

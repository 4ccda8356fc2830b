"""MOD011"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.generating import Trial, base_of
from workup.examine.symptoms import begins_with_sentinel

# Bases of which their publishers say that they saw no task: they only fill masked spans.
_NAMES = re.compile(
    r"(t5-v1_1|mt5|umt5|byt5|long-t5-(local|tglobal)|switch)-(small|base|large|xl|xxl|c?\d+b?)"
    r"|t5-(small|base|large|xl|xxl)-lm-adapt|t5-efficient-.+"
)
# A base that knows tasks learns another in hundreds of steps; these have to unlearn their sentinels first.
_ENOUGH = 1000
_MOST = 0.5


@check("MOD011", "model", after=["TRA002", "TRA003"], explains=["OUT003"])
def pretraining_only_base(
    model: Any, tokenizer: Any = None, trial: Trial | None = None, planned_steps: int | None = None
) -> Finding | None:
    """The base was only pretrained on masked spans, and a short training does not change that.

    What it checks
    Whether the model answers one batch with `<extra_id_0>`, as T5 v1.1, mT5 and their kin do before they have
    learned a task; where nothing can be generated, whether it bears the name of such a base. Trainings of
    1000 steps and more are let pass.

    Why it matters
    T5 and FLAN-T5 were trained on tasks and take up another quickly. These were not: without a training, or
    after a short one, they answer with sentinels or fragments, and the data or the code is suspected.

    Evidence
    The answers that begin with a sentinel, the name of the base, the optimizer steps that are planned.

    Example
    Wrong: `google/mt5-small` with 200 rows and three epochs. Right: some thousand steps at a rate of 1e-3
    (Adafactor) or 3e-4 (AdamW), or a base that knows tasks, such as `google/flan-t5-small`.

    Remedy
    Train longer and with a larger step size, or begin from a base that was trained on tasks.

    When it is harmless
    When the training is long, or the task itself is to fill spans.

    Known limits
    FLAN-T5 has the configuration of T5 v1.1, so only answers and names tell them apart. Trained in fp16, a
    model of this family can answer with sentinels too.

    Sources
    https://github.com/huggingface/transformers/issues/8704,
    https://github.com/huggingface/transformers/issues/8844, https://huggingface.co/google/t5-v1_1-small
    """
    if planned_steps is not None and planned_steps >= _ENOUGH:
        return None
    name = str(getattr(getattr(base_of(model), "config", None), "_name_or_path", "") or "")
    steps = {} if planned_steps is None else {"optimizer steps": planned_steps}
    told = "" if planned_steps is None else f", and the training has {planned_steps} steps"
    if trial is None or tokenizer is None:
        if not _NAMES.fullmatch(PurePath(name).name.lower()):
            return None
        summary, evidence = f"{name} was pretrained on masked spans alone", {}
    else:
        sentinels = [_first(answer.tokens, tokenizer) for answer in trial.neutral]
        count = sum(map(begins_with_sentinel, sentinels))
        if count <= _MOST * len(sentinels) or _wanted(trial, tokenizer):
            return None
        summary = (
            f"{count} of {len(sentinels)} answers begin with a sentinel, as of a base that fills masked spans"
        )
        evidence = {"rows tried": len(sentinels), "begin with a sentinel": count}
    return Finding(
        Severity.WARNING,
        f"{summary}{told}",
        Remedy(
            "train some thousand steps at a larger rate, or begin from a base that was trained on tasks",
            change={"training.learning_rate": 1e-3},
        ),
        {**evidence, **steps, **({"base": name} if name else {})},
    )


def _first(tokens: tuple[int, ...], tokenizer: Any) -> str:
    return str(tokenizer.convert_ids_to_tokens(tokens[0])) if tokens else ""


def _wanted(trial: Trial, tokenizer: Any) -> bool:
    """Whether the labels begin so themselves."""
    return any(begins_with_sentinel(_first(label.tokens, tokenizer)) for label in trial.labels)

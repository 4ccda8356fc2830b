"""INP009"""

from __future__ import annotations

from collections import Counter

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.prompts import (
    FEWEST,
    Prompts,
    Sources,
    common_beginning,
    ends_in_mark,
    prompts_of,
)

# In predictions, of which there are often few, only a prompt that ends in a mark counts.
_PREDICTIONS = 3

_REMEDY = Remedy("make the source by one and the same function in training and prediction")


@check("INP009", "input", after=["TRA016"])
def prompt_differs_in_prediction(source_texts: Sources) -> Finding | None:
    """Texts are given to the model with another prompt than in training.

    What it checks
    Whether what all training sources begin with, such as "summarize: ", also stands before the texts to
    predict, with the same white space after it; and the other way round. Several prompts, one a task, are
    recognised by their colon.

    Why it matters
    The model has learned to answer after this beginning. Without it, it may copy its input, or do another of
    its tasks.

    Evidence
    The beginning in training, and how many prediction texts lack it or have it with other white space.

    Example
    Wrong: training on `"summarize: " + text` and predicting from `text`, or from `"summarize:" + text`.
    Right: one function that makes the source, used in both places.

    Remedy
    Make the source by one and the same function in training and prediction.

    When it is harmless
    When the model knows one task only, it may answer all the same; compare its score with and without.

    Known limits
    Beginnings of fewer than four letters and prompts at the end of a text are not seen. Prompts that are
    written in natural words, without a mark at the end, are only noted.

    Sources
    https://huggingface.co/docs/transformers/model_doc/t5
    """
    prompts = prompts_of(source_texts.training)
    if prompts is not None:
        return _lacking(prompts, source_texts)
    prompt = common_beginning(source_texts.prediction, _PREDICTIONS)
    if prompt is None or not ends_in_mark(prompt) or len(source_texts.training) < FEWEST:
        return None
    if any(text.startswith(prompt.rstrip()) for text in source_texts.training):
        return None
    count = len(source_texts.prediction)
    return Finding(
        Severity.WARNING,
        f"all {count} texts to predict begin with {prompt!r}, and none of the training sources does",
        _REMEDY,
        {"beginning in prediction": prompt, "texts to predict": count, **source_texts.sampled},
    )


def _lacking(prompts: Prompts, sources: Sources) -> Finding | None:
    """The texts to predict that have none of the prompts, or one with other white space."""
    told = Counter(_fault(text, prompts) for text in sources.prediction)
    lacking, spaced = told["lacking"], told["spaced"]
    if not lacking + spaced:
        return None
    count = len(sources.prediction)
    if lacking:
        what = f"{lacking} of {count} texts to predict lack it"
    else:
        what = f"{spaced} of {count} texts to predict have other white space after it"
    return Finding(
        _severity(prompts, lacking, count),
        f"every training source begins with {prompts.named}; {what}",
        _REMEDY,
        {
            "beginnings in training": list(prompts.texts),
            "texts to predict": count,
            "lacking": lacking,
            "with other white space": spaced,
            **sources.sampled,
        },
    )


def _severity(prompts: Prompts, lacking: int, count: int) -> Severity:
    """Grave where the prompt chooses the task; only a note where it may be a turn of phrase."""
    if len(prompts.texts) > 1 and 2 * lacking > count:
        return Severity.ERROR
    return Severity.WARNING if all(ends_in_mark(head) for head in prompts.texts) else Severity.NOTE


def _fault(text: str, prompts: Prompts) -> str:
    if any(text.startswith(head) and _ends_alike(text, head) for head in prompts.texts):
        return ""
    return "spaced" if any(text.startswith(head.rstrip()) for head in prompts.texts) else "lacking"


def _ends_alike(text: str, head: str) -> bool:
    """Whether no white space follows that the head does not have; a text of nothing else is no fault."""
    rest = text[len(head) :]
    return head[-1:].isspace() or not rest[:1].isspace() or not rest.strip()

"""INP009"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.prompts import Sources

# Fewer texts may begin alike by chance; so may any number of them by fewer letters than this.
_ROWS, _LETTERS = 8, 4
# In predictions, of which there are often few, only a head that ends in a mark counts as a prompt.
_PREDICTIONS = 3
# A prompt that names the task: a few words and a colon. So few different ones are prompts of several tasks.
_TASK = re.compile(r"[^\n:]{3,60}:\s?")
_TASKS, _COVERED = 20, 0.95
_MARK = re.compile(r".*[:>|\]»]\s*", re.DOTALL)

_REMEDY = Remedy("make the source by one and the same function in training and prediction")


@dataclass(frozen=True)
class _Heads:
    """What every training source begins with: one head, or one of several."""

    texts: tuple[str, ...]

    @property
    def named(self) -> str:
        shown = " or ".join(repr(head) for head in self.texts[:3])
        return f"{shown} or others" if len(self.texts) > 3 else shown


@check("INP009", "input")
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
    heads = _heads(source_texts.training)
    if heads is not None:
        return _lacking(heads, source_texts)
    head = _common(source_texts.prediction, _PREDICTIONS)
    if head is None or not _MARK.fullmatch(head) or len(source_texts.training) < _ROWS:
        return None
    if any(text.startswith(head.rstrip()) for text in source_texts.training):
        return None
    count = len(source_texts.prediction)
    return Finding(
        Severity.WARNING,
        f"all {count} texts to predict begin with {head!r}, and none of the training sources does",
        _REMEDY,
        {"beginning in prediction": head, "texts to predict": count, **source_texts.sampled},
    )


def _lacking(heads: _Heads, sources: Sources) -> Finding | None:
    """The texts to predict that have none of the heads, or one with other white space."""
    told = Counter(_fault(text, heads) for text in sources.prediction)
    lacking, spaced = told["lacking"], told["spaced"]
    if not lacking + spaced:
        return None
    count = len(sources.prediction)
    if lacking:
        what = f"{lacking} of {count} texts to predict lack it"
    else:
        what = f"{spaced} of {count} texts to predict have other white space after it"
    return Finding(
        _severity(heads, lacking, count),
        f"every training source begins with {heads.named}; {what}",
        _REMEDY,
        {
            "beginnings in training": list(heads.texts),
            "texts to predict": count,
            "lacking": lacking,
            "with other white space": spaced,
            **sources.sampled,
        },
    )


def _severity(heads: _Heads, lacking: int, count: int) -> Severity:
    """Grave where the prompt chooses the task; only a note where it may be a turn of phrase."""
    if len(heads.texts) > 1 and 2 * lacking > count:
        return Severity.ERROR
    return Severity.WARNING if all(_MARK.fullmatch(head) for head in heads.texts) else Severity.NOTE


def _fault(text: str, heads: _Heads) -> str:
    if any(text.startswith(head) and _ends_alike(text, head) for head in heads.texts):
        return ""
    return "spaced" if any(text.startswith(head.rstrip()) for head in heads.texts) else "lacking"


def _ends_alike(text: str, head: str) -> bool:
    """Whether no white space follows that the head does not have; a text of nothing else is no fault."""
    rest = text[len(head) :]
    return head[-1:].isspace() or not rest[:1].isspace() or not rest.strip()


def _heads(texts: Sequence[str]) -> _Heads | None:
    """What all texts begin with, or the few prompts of several tasks."""
    if head := _common(texts, _ROWS):
        return _Heads((head,))
    if len(set(texts)) < _ROWS:
        return None
    found = Counter(match.group() for text in texts if (match := _TASK.match(text)))
    frequent = {head: count for head, count in found.items() if count >= len(texts) / (4 * _TASKS)}
    covered = sum(frequent.values()) >= _COVERED * len(texts)
    repeated = all(count >= 3 for count in frequent.values())
    if not 2 <= len(frequent) <= _TASKS or not covered or not repeated:
        return None
    return _Heads(tuple(head for head, _ in found.most_common() if head in frequent))


def _begin(one: str, other: str) -> str:
    """What two texts begin with; of the first and the last in order, it is what all in between begin with."""
    length = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    return one[:length]


def _common(texts: Sequence[str], rows: int) -> str | None:
    """The common beginning of different texts, up to its last mark or else its last whole word."""
    if len(set(texts)) < rows:
        return None
    begin = _begin(min(texts), max(texts))
    head = match.group() if (match := _MARK.match(begin)) else re.sub(r"\S+$", "", begin)
    return head if sum(map(str.isalpha, head)) >= _LETTERS else None

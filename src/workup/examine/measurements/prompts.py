"""Sources as the model reads them, in training and in prediction, so that they can be compared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workup.examine.measurements.sampling import spread
from workup.examine.measurements.texts import sample_of
from workup.examine.parts import Missing

# A beginning that all sources share shows in so many of them.
_ROWS = 500
# Fewer texts may begin alike by chance; so may any number of them by fewer letters than this.
FEWEST, _LETTERS = 8, 4
# A prompt that names the task: a few words and a colon. So few different ones are prompts of several tasks.
_TASK = re.compile(r"[^\n:]{3,60}:\s?")
_TASKS, _COVERED = 20, 0.95
_MARK = re.compile(r".*[:>|\]»]\s*", re.DOTALL)


@dataclass(frozen=True)
class Sources:
    """Texts that begin where the model begins to read; `total` training rows were there to choose from."""

    training: tuple[str, ...]
    prediction: tuple[str, ...]
    total: int

    @property
    def sampled(self) -> dict[str, int]:
        """For the evidence: how many training rows were looked at, where that is not all of them."""
        if len(self.training) == self.total:
            return {}
        return {"rows looked at": len(self.training), "rows": self.total}


def source_texts(
    prediction_sources: Sequence[str],
    train_rows: Sequence[Mapping[str, Any]] | None = None,
    tokenizer: Any = None,
    train_pairs: Sequence[Any] | None = None,
) -> Sources:
    """Training sources and those of predictions, both through the tokenizer where rows of ids are at hand.

    Pairs may lack a prompt that is put before them later; the ids have it.
    """
    given = [text for text in spread(prediction_sources, _ROWS) if isinstance(text, str)]
    if train_rows is not None and callable(tokenizer):
        rows = spread(train_rows, _ROWS)
        ids = tokenizer(given, verbose=False)["input_ids"] if given else []
        return Sources(
            _decoded(tokenizer, [row["input_ids"] for row in rows]), _decoded(tokenizer, ids), len(train_rows)
        )
    if train_pairs is None:
        raise Missing("train_pairs")
    training = sample_of(train_pairs, _ROWS).sources
    return Sources(_begun(training), _begun(given), len(train_pairs))


def _decoded(tokenizer: Any, rows: Sequence[Any]) -> tuple[str, ...]:
    return _begun([tokenizer.decode(list(ids), skip_special_tokens=True) for ids in rows])


def _begun(texts: Sequence[str]) -> tuple[str, ...]:
    """Without white space before the first letter, which tokenizers add or take away."""
    return tuple(text.lstrip() for text in texts)


@dataclass(frozen=True)
class Prompts:
    """What every training source begins with: one prompt, or one of several."""

    texts: tuple[str, ...]

    @property
    def named(self) -> str:
        """A few of them, quoted."""
        shown = " or ".join(repr(prompt) for prompt in self.texts[:3])
        return f"{shown} or others" if len(self.texts) > 3 else shown


def prompts_of(texts: Sequence[str]) -> Prompts | None:
    """What all texts begin with, or the few prompts of several tasks; None: neither."""
    if prompt := common_beginning(texts, FEWEST):
        return Prompts((prompt,))
    if len(set(texts)) < FEWEST:
        return None
    found = Counter(prompt for text in texts if (prompt := task_of(text)))
    frequent = {prompt: count for prompt, count in found.items() if count >= len(texts) / (4 * _TASKS)}
    covered = sum(frequent.values()) >= _COVERED * len(texts)
    repeated = all(count >= 3 for count in frequent.values())
    if not 2 <= len(frequent) <= _TASKS or not covered or not repeated:
        return None
    return Prompts(tuple(prompt for prompt, _ in found.most_common() if prompt in frequent))


def task_of(text: str) -> str | None:
    """The few words and the colon that a text begins with, as "summarize: "."""
    match = _TASK.match(text)
    return match.group() if match else None


def ends_in_mark(text: str) -> bool:
    """Whether it ends as a prompt does, in a colon or the like."""
    return _MARK.fullmatch(text) is not None


def common_beginning(texts: Sequence[str], fewest: int) -> str | None:
    """What different texts all begin with, up to its last mark or else its last whole word."""
    if len(set(texts)) < fewest:
        return None
    # Of the first and the last in order: all between begin so too.
    first, last = min(texts), max(texts)
    length = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    begin = first[:length]
    prompt = match.group() if (match := _MARK.match(begin)) else re.sub(r"\S+$", "", begin)
    return prompt if sum(map(str.isalpha, prompt)) >= _LETTERS else None


MEASUREMENTS = (source_texts,)

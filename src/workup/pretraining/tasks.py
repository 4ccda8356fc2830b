"""What encoder and decoder learn together: to answer pairs, and to fill the gaps of a text."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any

from torch import Tensor

from workup.data.rows import Row
from workup.errors import DataError
from workup.pipeline.batching import collator
from workup.pipeline.prompt import Template
from workup.pipeline.training import TokenLoss
from workup.pretraining.plan import Pairs
from workup.pretraining.spans import corrupt

_LONGEST_SOURCE, _LONGEST_TARGET = 256, 64

Ids = dict[str, list[int]]


class Answering:
    """Rows as questions and answers: each time another of the prompts."""

    def __init__(self, tokenizer: Any, rows: Iterable[Row], pairs: Pairs) -> None:
        self.tokenizer = tokenizer
        prompts, target = [Template(prompt) for prompt in pairs.prompts], Template(pairs.target)
        self.pairs = [([p.fill(row.values) for p in prompts], target.fill(row.values)) for row in rows]

    def draw(self, rng: random.Random) -> Ids:
        """Source and target ids of one row."""
        questions, answer = rng.choice(self.pairs)
        return {
            "input_ids": _ids(self.tokenizer, rng.choice(questions), _LONGEST_SOURCE),
            "labels": _ids(self.tokenizer, answer, _LONGEST_TARGET),
        }


class FillingGaps:
    """Passages with gaps, and what fills them.

    Raises:
        DataError: no passage has two words, so that one could be a gap.
    """

    def __init__(self, tokenizer: Any, texts: Sequence[str]) -> None:
        self.tokenizer = tokenizer
        self.texts = [text for text in texts if len(text.split()) > 1]
        if not self.texts:
            raise DataError("there is no passage of two words or more to learn gaps from")
        ids = tokenizer.get_vocab()
        self.sentinels = [ids[f"<extra_id_{number}>"] for number in range(100)]

    def draw(self, rng: random.Random) -> Ids:
        """Source and target ids of one passage."""
        ids = _ids(self.tokenizer, rng.choice(self.texts), _LONGEST_SOURCE)[:-1]
        source, target = corrupt(ids, self.sentinels, self.tokenizer.eos_token_id, rng)
        return {"input_ids": source, "labels": target}


class Mixture:
    """Tasks drawn by their shares; the loss is that of fine-tuning."""

    def __init__(
        self, tokenizer: Any, model: Any, tasks: Sequence[tuple[float, Answering | FillingGaps]]
    ) -> None:
        self.tasks = [task for _, task in tasks]
        self.shares = [share for share, _ in tasks]
        self.pad = collator(tokenizer, model)
        self._loss = TokenLoss(label_smoothing=0.0)

    def draw(self, rng: random.Random) -> Ids:
        """A row of one of the tasks."""
        return rng.choices(self.tasks, self.shares)[0].draw(rng)

    def length(self, row: Ids) -> int:
        """Of its source, in tokens."""
        return len(row["input_ids"])

    def collate(self, rows: list[Ids]) -> dict[str, Any]:
        """The rows padded, with the decoder's inputs."""
        return dict(self.pad(rows))

    def loss(self, model: Any, batch: dict[str, Any]) -> Tensor:
        """Cross-entropy in nats per target token."""
        labels = batch["labels"]
        return self._loss(model(**batch), labels)


def _ids(tokenizer: Any, text: str, most: int) -> list[int]:
    ids: list[int] = tokenizer(text, truncation=True, max_length=most)["input_ids"]
    return ids

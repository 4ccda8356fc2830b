"""What encoder and decoder learn together: to answer pairs, and to fill the gaps of a text."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from workup.data.rows import Row, as_text
from workup.errors import DataError
from workup.pipeline.batching import collator
from workup.pipeline.prompt import Template
from workup.pipeline.training import TokenLoss
from workup.pretraining.labels import NONE
from workup.pretraining.plan import Pairs
from workup.pretraining.spans import corrupt

_LONGEST_SOURCE, _LONGEST_TARGET = 256, 64
_CLAUSE_END = re.compile(r"(?<=[.;,])\s+")
# The part of a model that holds its label vectors while it learns them, so that checkpoints hold them too.
LABELS = "label_vectors"

Drawn = dict[str, Any]


class Answering:
    """Rows as questions and answers: each time another of the prompts.

    Args:
        numbers: of every value of the column `pairs.label`.
    """

    def __init__(
        self, tokenizer: Any, rows: Iterable[Row], pairs: Pairs, numbers: Mapping[str, int] | None = None
    ) -> None:
        self.tokenizer, self.alteration = tokenizer, pairs
        prompts, target = [Template(prompt) for prompt in pairs.prompts], Template(pairs.target)
        self.pairs = [
            (
                [(prompt, {name: as_text(row.values[name]) for name in prompt.fields}) for prompt in prompts],
                target.fill(row.values),
                (numbers or {})[as_text(row.values[pairs.label])] if pairs.label else NONE,
            )
            for row in rows
        ]

    def draw(self, rng: random.Random) -> Drawn:
        """Source and target ids of one row, and the number of its label."""
        questions, answer, number = rng.choice(self.pairs)
        prompt, values = rng.choice(questions)
        values = {name: altered(value, self.alteration, rng) for name, value in values.items()}
        return {
            "input_ids": _ids(self.tokenizer, prompt.fill(values), _LONGEST_SOURCE),
            "labels": _ids(self.tokenizer, answer, _LONGEST_TARGET),
            "label": number,
        }


def altered(text: str, how: Pairs, rng: random.Random) -> str:
    """A text with some of its clauses, in another order, without some of its words; one word at least.

    Fewer words in no order teach what each of them speaks for, which holds for texts of another make too;
    and they cost less.
    """
    clauses = _CLAUSE_END.split(text)
    if rng.random() < how.shortened:
        kept = sorted(rng.sample(range(len(clauses)), rng.randint(1, len(clauses))))
        clauses = [clauses[number] for number in kept]
    if rng.random() < how.shuffled:
        rng.shuffle(clauses)
    words = " ".join(clauses).split(" ")
    share = how.dropped * rng.random()
    return " ".join([word for word in words if rng.random() >= share] or words[:1])


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

    def draw(self, rng: random.Random) -> Drawn:
        """Source and target ids of one passage."""
        ids = _ids(self.tokenizer, rng.choice(self.texts), _LONGEST_SOURCE)[:-1]
        source, target = corrupt(ids, self.sentinels, self.tokenizer.eos_token_id, rng)
        return {"input_ids": source, "labels": target, "label": NONE}


class Mixture:
    """Tasks drawn by their shares; the loss is that of fine-tuning, and that of the labels beside it."""

    def __init__(
        self, tokenizer: Any, model: Any, tasks: Sequence[tuple[float, Answering | FillingGaps]]
    ) -> None:
        self.tasks = [task for _, task in tasks]
        self.shares = [share for share, _ in tasks]
        self.pad = collator(tokenizer, model)
        self._loss = TokenLoss(label_smoothing=0.0)

    def draw(self, rng: random.Random) -> Drawn:
        """A row of one of the tasks."""
        return rng.choices(self.tasks, self.shares)[0].draw(rng)

    def length(self, row: Drawn) -> int:
        """Of its source, in tokens."""
        return len(row["input_ids"])

    def collate(self, rows: list[Drawn]) -> dict[str, Any]:
        """The rows padded, with the decoder's inputs; "label" (B,) is the number of each row's label."""
        numbers = torch.tensor([row["label"] for row in rows])
        padded = self.pad([{name: row[name] for name in ("input_ids", "labels")} for row in rows])
        return {**padded, "label": numbers}

    def loss(self, model: Any, batch: dict[str, Any]) -> Tensor:
        """Cross-entropy in nats per target token; in training plus that per label, where there are any."""
        numbers, batch = batch["label"], {name: value for name, value in batch.items() if name != "label"}
        outputs = model(**batch)
        loss = self._loss(outputs, batch["labels"])
        if torch.is_grad_enabled() and hasattr(model, LABELS):
            vectors, mask = outputs.encoder_last_hidden_state, batch["attention_mask"]
            loss = loss + getattr(model, LABELS).loss(vectors, mask, numbers)
        return loss


def _ids(tokenizer: Any, text: str, most: int) -> list[int]:
    ids: list[int] = tokenizer(text, truncation=True, max_length=most)["input_ids"]
    return ids

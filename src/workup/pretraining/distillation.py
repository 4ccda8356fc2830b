"""Distillation: a T5 encoder learns to give the vectors of a teacher, token by token and text by text.

Every token is a target, where span corruption has one in seven: far more is learned of a text.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from workup.pretraining.alignment import aligned
from workup.pretraining.teacher import Reading, Teacher, mean

_LONGEST = 256
# How often a text is cut to some of its clauses, and written in small letters or in capitals: a base meets
# texts of every length and case.
_CLAUSES, _SMALL, _CAPITALS = 0.3, 0.15, 0.03
_CLAUSE_END = re.compile(r"(?<=[.;:,])\s+")


class Distillation:
    """Texts, batches of them, and how far a student's vectors are from the teacher's."""

    def __init__(self, teacher: Teacher, tokenizer: Any, texts: Sequence[str]) -> None:
        self.teacher, self.tokenizer, self.texts = teacher, tokenizer, texts

    def draw(self, rng: random.Random) -> str:
        """A text, or some successive clauses of one, in one case or another."""
        text = rng.choice(self.texts)
        if rng.random() < _CLAUSES:
            clauses = _CLAUSE_END.split(text)
            start = rng.randrange(len(clauses))
            text = " ".join(clauses[start : start + rng.randint(1, 3)]) or text
        case = rng.random()
        if case < _SMALL:
            return text.lower()
        return text.upper() if case > 1 - _CAPITALS else text

    def length(self, text: str) -> int:
        """In characters."""
        return len(text)

    def collate(self, texts: list[str]) -> dict[str, Any]:
        """The student's ids, mask and spans (B, S, 2) of some texts, and the texts for the teacher."""
        batch = self.tokenizer(
            texts,
            padding=True,
            truncation=True,
            max_length=_LONGEST,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        return {
            "input_ids": batch["input_ids"],
            "attention_mask": batch["attention_mask"],
            "spans": batch["offset_mapping"],
            "texts": texts,
        }

    def loss(self, model: Any, batch: dict[str, Any]) -> Tensor:
        """1 - cosine averaged over tokens, plus the same over texts: 0 at best, 4 at worst."""
        reading = self.teacher.read(batch["texts"])
        token, sentence = cosines(model, reading, batch)
        return 2 - token.mean() - sentence.mean()


def cosines(model: Any, reading: Reading, batch: dict[str, Any]) -> tuple[Tensor, Tensor]:
    """Cosine of the student's and the teacher's vectors: of every token both read, of every text (B,).

    The teacher's vector for a student's token is the mean of those it overlaps.
    """
    size = reading.vectors.shape[-1]
    mask = batch["attention_mask"]
    vectors = model.encoder(input_ids=batch["input_ids"], attention_mask=mask).last_hidden_state[..., :size]
    targets, found = aligned(reading.vectors, reading.spans, batch["spans"])
    token = cosine_similarity(vectors[found], targets[found], dim=-1)
    return token, cosine_similarity(mean(vectors, mask), reading.sentences, dim=-1)


def agreement(distillation: Distillation, model: Any, texts: Sequence[str], size: int) -> tuple[float, float]:
    """The mean cosine over the tokens, and over the texts, of texts that were not learned from."""
    tokens, sentences = [], []
    with torch.no_grad():
        for start in range(0, len(texts), size):
            batch = distillation.collate(list(texts[start : start + size]))
            token, sentence = cosines(model, distillation.teacher.read(batch["texts"]), batch)
            tokens.append(token)
            sentences.append(sentence)
    return torch.cat(tokens).mean().item(), torch.cat(sentences).mean().item()

"""A second lesson for the encoder: the mean vector of a question is nearest to that of its label.

A decoder from random weights hands on little of what the encoder should learn. A label among all labels
tells it at once: after 200 steps of 16 rows the encoder put 38 % of the hand-written cases next to their
label, while the decoder, in the same training, wrote 8 % of them rightly, and 1 % without this lesson
(dev/LOG.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from workup.pretraining.teacher import mean

# Cosines are divided by it, as in SimCSE (Gao et al. 2021), which took it from SimCLR's range.
_TEMPERATURE = 0.05
NONE = -1


class LabelVectors(nn.Module):
    """A learned vector (D,) of each label; it begins as the model's own vector of the label's words."""

    def __init__(self, model: Any, tokenizer: Any, labels: Sequence[str]) -> None:
        super().__init__()
        batch = tokenizer(list(labels), padding=True, return_tensors="pt")
        mask = batch["attention_mask"]
        with torch.no_grad():
            vectors = model.encoder(input_ids=batch["input_ids"], attention_mask=mask).last_hidden_state
        self.weight = nn.Parameter(normalize(mean(vectors, mask), dim=-1))

    def loss(self, vectors: Tensor, mask: Tensor, numbers: Tensor) -> Tensor:
        """Cross-entropy in nats of each question's label among all labels.

        Args:
            vectors: (B, S, D) of the encoder.
            mask: (B, S).
            numbers: (B,) which label; NONE where a row has none. 0 is returned where no row has one.
        """
        chosen = numbers != NONE
        if not chosen.any():
            return vectors.new_zeros(())
        questions = normalize(mean(vectors, mask)[chosen], dim=-1)
        cosines = questions @ normalize(self.weight, dim=-1).T
        return cross_entropy(cosines / _TEMPERATURE, numbers[chosen])

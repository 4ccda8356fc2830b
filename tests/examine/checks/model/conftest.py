"""Real parts for the checks of models: tiny models, their tokenizer, rows of the colour task."""

from __future__ import annotations

import pytest
import torch


@pytest.fixture
def rows(tokenizer):
    encoded = tokenizer(["a snow field", "a ripe lemon"], text_target=["white", "yellow"])
    return [{name: encoded[name][n] for name in ("input_ids", "attention_mask", "labels")} for n in range(2)]


@pytest.fixture
def train():
    """Some real steps of AdamW on the rows."""

    def steps(model, rows, count=2, rate=1e-3):
        wanted = [weight for weight in model.parameters() if weight.requires_grad]
        optimizer = torch.optim.AdamW(wanted, lr=rate)
        for _ in range(count):
            for row in rows:
                ids, labels = torch.tensor([row["input_ids"]]), torch.tensor([row["labels"]])
                model(input_ids=ids, labels=labels).loss.backward()
                optimizer.step()
                optimizer.zero_grad()
        return model

    return steps

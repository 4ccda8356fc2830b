"""Labels as the model receives them, and what each kind of label token costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workup.pipeline.tokenization import IGNORED


def label_rows(batch: Mapping[str, Any]) -> list[list[int]]:
    """The labels of each row of the batch, ignored positions included."""
    rows: list[list[int]] = batch["labels"].tolist()
    return rows


@dataclass(frozen=True)
class Losses:
    """Mean loss in nats a token, and number of tokens, by kind of label: "text", "end" and "pad"."""

    mean: Mapping[str, float]
    count: Mapping[str, int]
    reported: float


def losses(model: Any, tokenizer: Any, batch: Mapping[str, Any]) -> Losses:
    """The loss of a batch, split by what the labels are; `reported` is the mean that training shows."""
    import torch

    model.eval()
    with torch.no_grad():
        logits = model(**batch).logits.float()
    labels = batch["labels"].to(logits.device)
    each = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="none"
    ).view_as(labels)
    live = labels != IGNORED
    kinds = {
        "pad": labels == tokenizer.pad_token_id,
        "end": (labels == tokenizer.eos_token_id) & (labels != tokenizer.pad_token_id),
    }
    kinds["text"] = live & ~kinds["pad"] & ~kinds["end"]
    return Losses(
        {kind: each[where].mean().item() for kind, where in kinds.items() if where.any()},
        {kind: int(where.sum()) for kind, where in kinds.items()},
        each[live].mean().item(),
    )


MEASUREMENTS = (label_rows, losses)

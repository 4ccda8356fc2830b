"""BATCHING: which rows share a batch, in an order that depends on seed and epoch alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch.utils.data import Sampler
from transformers import DataCollatorForSeq2Seq
from transformers.trainer_pt_utils import get_length_grouped_indices


def collator(tokenizer: Any, model: Any) -> DataCollatorForSeq2Seq:
    """Pads a batch to its longest row: sources with the pad id, labels with -100.

    The decoder's input is the model's own right shift of the labels.
    """
    return DataCollatorForSeq2Seq(tokenizer, model=model, padding="longest")


class EpochOrder(Sampler[int]):
    """The order of the rows in an epoch, a function of seed and epoch and nothing else.

    transformers draws this order from the global random state, so a run resumed in the middle of an
    epoch would go on in another order than the one it was killed in. Here it cannot.

    Args:
        lengths: source length of each row in tokens: rows of like length share a batch. None: shuffle.
        group: rows in one optimizer step on one process.
        epoch: says which epoch is about to begin.
    """

    def __init__(
        self, count: int, *, lengths: Sequence[int] | None, group: int, seed: int, epoch: Callable[[], int]
    ) -> None:
        self.count, self.lengths, self.group, self.seed, self.epoch = count, lengths, group, seed, epoch

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self.seed + 1_000_003 * self.epoch())
        if self.lengths is None:
            return iter(torch.randperm(self.count, generator=generator).tolist())
        return iter(get_length_grouped_indices(list(self.lengths), self.group, generator=generator))

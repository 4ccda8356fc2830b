"""What a teacher's first layer reads for each piece of a student's tokenizer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from workup.pretraining.alignment import aligned
from workup.pretraining.teacher import Teacher

_BATCH = 64


@torch.no_grad()
def of_pieces(teacher: Teacher, tokenizer: Any, texts: Sequence[str]) -> Tensor:
    """(V, D): the teacher's word vectors averaged over where a piece occurs, at a mean position, normalised.

    A piece that occurs in no text gets the vectors of its letters as the teacher reads them; the end token
    gets that of the teacher's [SEP].
    """
    layers = teacher.model.embeddings
    words = layers.word_embeddings.weight
    sums, counts = _occurrences(teacher, tokenizer, texts, words)
    for id, piece in enumerate(tokenizer.convert_ids_to_tokens(range(len(tokenizer)))):
        if counts[id] == 0:
            ids = teacher.tokenizer(piece.strip("▁"), add_special_tokens=False)["input_ids"]
            sums[id] = words[ids].mean(0) if ids else words[teacher.tokenizer.pad_token_id]
            counts[id] = 1
    sums[tokenizer.eos_token_id], counts[tokenizer.eos_token_id] = words[teacher.tokenizer.sep_token_id], 1
    position = layers.position_embeddings.weight[:_BATCH].mean(0)
    vectors: Tensor = layers.LayerNorm(
        sums / counts.unsqueeze(1) + position + layers.token_type_embeddings.weight[0]
    )
    return vectors


def _occurrences(
    teacher: Teacher, tokenizer: Any, texts: Sequence[str], words: Tensor
) -> tuple[Tensor, Tensor]:
    """The sum (V, D) of the teacher's word vectors over all places of a piece, and how many (V,) they are."""
    sums, counts = torch.zeros(len(tokenizer), words.shape[1]), torch.zeros(len(tokenizer))
    settings = {"padding": True, "return_offsets_mapping": True, "return_tensors": "pt"}
    for start in range(0, len(texts), _BATCH):
        batch = list(texts[start : start + _BATCH])
        theirs = teacher.tokenizer(batch, truncation=True, max_length=512, **settings)
        ours = tokenizer(batch, truncation=True, max_length=1024, **settings)
        vectors, found = aligned(words[theirs["input_ids"]], theirs["offset_mapping"], ours["offset_mapping"])
        ids = ours["input_ids"][found]
        sums.index_add_(0, ids, vectors[found])
        counts.index_add_(0, ids, torch.ones(len(ids)))
    return sums, counts

"""Which reader a model gets: the fast one where it is certain to read the same."""

from __future__ import annotations

from typing import Any

import torch

from workup.pipeline.scoring.reading import LibraryReader, Reader
from workup.pipeline.scoring.t5_reading import T5Reader

_DTYPES = (torch.float32, torch.bfloat16)


def reader_of(model: Any, tokenizer: Any) -> Reader:
    """A T5 as transformers makes it is read by its weights; all others through transformers."""
    return T5Reader(model) if _is_plain_t5(model) else LibraryReader(model, tokenizer)


def _is_plain_t5(model: Any) -> bool:
    """Whether nothing is put into it, such as adapters, quantized layers or hooks."""
    from transformers import T5ForConditionalGeneration

    return (
        type(model) is T5ForConditionalGeneration
        and model.dtype in _DTYPES
        and all(_is_plain(module) for module in model.modules())
    )


def _is_plain(module: torch.nn.Module) -> bool:
    is_library = type(module).__module__.startswith(("torch.nn.modules.", "transformers."))
    return is_library and not module._forward_hooks and not module._forward_pre_hooks

"""The built-in base: a small T5 and its tokenizer, files of this package, for machines without a hub.

`workup pretrain plans/builtin.yaml` made them; docs/base-model.md is its card.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

from workup.errors import ModelError
from workup.files import sha256

NAME = "builtin"
# Ids, weights and what is generated depend on all of these; their checksums lie beside them.
FILES = (
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
)
CHECKSUMS = "SHA256SUMS"


def folder() -> Path:
    """The package folder with the files of the built-in base."""
    return Path(str(resources.files("workup.pipeline") / "builtin_base"))


def load() -> tuple[Any, Any]:
    """The built-in model, in float32, and its tokenizer.

    Raises:
        ModelError: a file is missing or is not the one that belongs to this version.
    """
    import torch
    from transformers import PreTrainedTokenizerFast, T5ForConditionalGeneration

    verify(folder())
    tokenizer = PreTrainedTokenizerFast.from_pretrained(str(folder()))
    model = T5ForConditionalGeneration.from_pretrained(str(folder()), dtype=torch.float32)
    return model, tokenizer


def verify(base: Path) -> None:
    """Compare the files of the built-in base in a folder with their checksums.

    Raises:
        ModelError: one is missing or differs.
    """
    again = "install workup again"
    sums = base / CHECKSUMS
    if not sums.is_file():
        raise ModelError(f"{sums}, a file of the built-in base, is missing: {again}")
    lines = (line.split() for line in sums.read_text(encoding="utf-8").splitlines())
    known = {name: checksum for checksum, name in lines}
    for name in FILES:
        file = base / name
        if not file.is_file():
            raise ModelError(f"{file}, a file of the built-in base, is missing: {again}")
        if sha256(file) != known.get(name):
            raise ModelError(f"{file} is not the file of the built-in base that belongs here: {again}")

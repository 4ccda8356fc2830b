"""ENV007"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.generating import base_of
from workup.examine.measurements.trained_weights import T5_FAMILY, Head

_REMEDY = Remedy(
    "load the model anew and say that its head is its own before the embeddings are resized",
    code="model.config.tie_word_embeddings = False  # before model.resize_token_embeddings(len(tokenizer))",
)


@check("ENV007", "environment")
def resizing_overwrites_head(
    model: Any,
    model_type: str,
    output_head: Head | None,
    versions: Mapping[str, str],
    tokenizer: Any = None,
) -> Finding | None:
    """Resizing the embeddings throws the trained output head away.

    What it checks
    Under transformers 5, for T5 v1.1, FLAN-T5, mT5 and their like, whose output head is a matrix of its own:
    whether the head has become the embeddings although the checkpoint on disk holds two different ones; and
    whether a tokenizer with more tokens than embeddings makes a resizing due.

    Why it matters
    `resize_token_embeddings()` and `tie_weights()` follow a config that says "tied" for these models too.
    They put the embeddings in the place of the head, without a message; the pretrained head is gone.

    Evidence
    Tokens of the tokenizer and rows of the embeddings; whether the head equals the embeddings in the model
    and in its file.

    Example
    Wrong: `tokenizer.add_tokens(["<step>"]); model.resize_token_embeddings(len(tokenizer))`. Right: the same
    after `model.config.tie_word_embeddings = False`.

    Remedy
    Load the model anew, set `model.config.tie_word_embeddings = False`, then resize.

    When it is harmless
    A long training can grow the head again; it then needs more steps and more rows than it should.

    Known limits
    A head that is lost already is seen only while the checkpoint lies in a local folder in one file.

    Sources
    https://github.com/huggingface/transformers/issues/48154,
    https://huggingface.co/docs/transformers/main_classes/model. Measured on tiny models; the test of this
    check repeats it.
    """
    major = str(versions.get("transformers", "")).partition(".")[0]
    config = getattr(base_of(model), "config", None)
    if not major.isdigit() or int(major) < 5 or model_type not in T5_FAMILY or output_head is None:
        return None
    if output_head.shared:
        folder = str(getattr(config, "_name_or_path", "") or "")
        if not folder or not _untied_in(Path(folder)):
            return None
        return Finding(
            Severity.ERROR,
            f"the output head of this {model_type} was replaced by its {output_head.rows} embeddings: "
            "in the file it was loaded from, they differ",
            _REMEDY,
            {"rows": output_head.rows, "file": folder},
        )
    tokens = len(tokenizer) if hasattr(tokenizer, "__len__") else 0
    if getattr(config, "tie_word_embeddings", None) is not True or tokens <= output_head.rows:
        return None
    return Finding(
        Severity.WARNING,
        f"the tokenizer has {tokens} tokens for {output_head.rows} embeddings; resizing them as the config "
        f"stands throws the output head of this {model_type} away",
        _REMEDY,
        {"tokens": tokens, "rows": output_head.rows, "tie_word_embeddings": True},
    )


def _untied_in(folder: Path) -> bool:
    """Whether the checkpoint in this folder holds a head that differs from its embeddings."""
    file = folder / "model.safetensors"
    if not file.is_file():
        return False
    import torch
    from safetensors import safe_open

    with safe_open(file, framework="pt") as stored:
        names = {"shared.weight", "lm_head.weight"}
        if not names <= set(stored.keys()):
            return False
        # A thousand rows tell: a head that was trained differs everywhere.
        some = [stored.get_slice(name)[:1000] for name in sorted(names)]
    return not torch.equal(*some)

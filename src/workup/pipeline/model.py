"""MODEL: a base by name, with its tokenizer; the two are checked against each other before any work."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workup.errors import ModelError, nearest
from workup.pipeline import builtin

# Families whose contracts (start token, label shift, end token) the pipeline is tested with or written for.
FAMILIES = {
    "t5": "T5",
    "mt5": "mT5",
    "umt5": "UMT5",
    "longt5": "LongT5",
    "bart": "BART",
    "mbart": "mBART",
    "pegasus": "Pegasus",
    "marian": "Marian",
    "encoder-decoder": "EncoderDecoder",
}


@dataclass(frozen=True)
class Base:
    """A model ready to be fine-tuned, its tokenizer, and the family it belongs to."""

    model: Any
    tokenizer: Any
    family: str

    @property
    def parameters(self) -> int:
        """Number of weights; tied ones count once."""
        return int(self.model.num_parameters())


def load(name: str) -> Base:
    """Load a base: "builtin", a folder, or a hub id. Weights are float32 whatever the file stores.

    transformers 5 loads weights in the dtype they are stored in; small steps on bfloat16 weights round
    to nothing, so training always starts from float32.

    Raises:
        ModelError: nothing of that name, no tokenizer, not an encoder-decoder, or ids beyond the embedding.
    """
    if name == builtin.NAME:
        model, tokenizer = builtin.load()
    else:
        model, tokenizer = _load_pretrained(name)
    base = Base(model, tokenizer, family(model.config, tokenizer))
    _check_fit(base, name)
    _set_start_token(base, name)
    return base


def family(config: Any, tokenizer: Any) -> str:
    """The name of the model's family, such as "T5", "FLAN / T5 v1.1" or "BART"."""
    kind = str(config.model_type)
    if kind == "t5":
        if "byt5" in type(tokenizer).__name__.lower():
            return "ByT5"
        return "FLAN / T5 v1.1" if getattr(config, "is_gated_act", False) else "T5"
    return FAMILIES.get(kind, kind)


def _load_pretrained(name: str) -> tuple[Any, Any]:
    import torch
    from transformers import AutoConfig, AutoModelForSeq2SeqLM, AutoTokenizer

    folder = Path(name)
    if folder.exists():
        _check_folder(folder)
    elif name.startswith((".", "/", "~")) or name.count("/") > 1:
        raise ModelError(f"there is no folder {name}; {nearest(name, _siblings(folder))}")
    try:
        config = AutoConfig.from_pretrained(name)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"base {name!r} is no folder here and could not be fetched from the hub: {_first_line(error)}. "
            f"Use {builtin.NAME!r}, a folder written by save_pretrained, or a hub id within reach."
        ) from error
    if not config.is_encoder_decoder:
        raise ModelError(
            f"base {name!r} is a {config.model_type} model, not an encoder-decoder; "
            f"supported families: {', '.join(FAMILIES.values())}"
        )
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
        model = AutoModelForSeq2SeqLM.from_pretrained(name, dtype=torch.float32)
    except Exception as error:
        raise ModelError(f"base {name!r} cannot be loaded: {_first_line(error)}") from error
    return model, tokenizer


def _check_folder(folder: Path) -> None:
    """Refuse a folder that lacks one of the three parts, before transformers guesses at it."""
    if not (folder / "config.json").is_file():
        inner = folder / "model"
        hint = f"; did you mean {inner}?" if (inner / "config.json").is_file() else ""
        raise ModelError(f"{folder} holds no model (config.json is missing){hint}")
    tokenizer_files = (
        "tokenizer.json",
        "spiece.model",
        "sentencepiece.bpe.model",
        "source.spm",
        "vocab.json",
    )
    config = (
        json.loads((folder / "tokenizer_config.json").read_text())
        if (folder / "tokenizer_config.json").is_file()
        else {}
    )
    byte_level = "byt5" in str(config.get("tokenizer_class", "")).lower()
    if not byte_level and not any((folder / file).is_file() for file in tokenizer_files):
        raise ModelError(
            f"{folder} holds no tokenizer ({tokenizer_files[0]} is missing): save it there with "
            "tokenizer.save_pretrained(folder). Another model's tokenizer would give words other ids."
        )


def _check_fit(base: Base, name: str) -> None:
    rows = base.model.get_input_embeddings().weight.shape[0]
    vocabulary = base.tokenizer.get_vocab()
    highest = max(vocabulary.values())
    if highest >= rows:
        piece = max(vocabulary, key=vocabulary.__getitem__)
        raise ModelError(
            f"base {name!r}: the tokenizer gives ids up to {highest} ({piece!r}), "
            f"but the model's embedding has {rows} rows. "
            "They belong to different models; or, where tokens were added, call "
            f"model.resize_token_embeddings({highest + 1}) and save the model again."
        )
    for token in ("pad_token", "eos_token"):
        if getattr(base.tokenizer, token) is None:
            raise ModelError(
                f"base {name!r}: its tokenizer has no {token}; set one and save the tokenizer again"
            )


def _set_start_token(base: Base, name: str) -> None:
    """The decoder starts with the token the family was pretrained with; T5's is the pad."""
    config = base.model.config
    start = getattr(config, "decoder_start_token_id", None)
    if start is None and config.model_type in {"t5", "mt5", "umt5", "longt5"}:
        start = base.tokenizer.pad_token_id
    if start is None:
        raise ModelError(
            f"base {name!r} does not say which token its decoder starts with: "
            "set config.decoder_start_token_id as in its pretraining and save it again"
        )
    config.decoder_start_token_id = start
    base.model.generation_config.decoder_start_token_id = start


def _siblings(folder: Path) -> list[str]:
    parent = folder.parent
    return [str(path) for path in parent.iterdir() if path.is_dir()] if parent.is_dir() else []


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")

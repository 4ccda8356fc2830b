"""A Subject from any checkpoint folder: what `save_pretrained` or a Trainer left there.

Nothing in it is executed. `training_args.bin` is a pickle, which could run code, and is not opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from workup.errors import ModelError, RunError
from workup.examine.gather.stored import reload_of
from workup.examine.subject import Subject

_READ = (
    "config.json",
    "generation_config.json",
    "adapter_config.json",
    "tokenizer_config.json",
    "tokenizer.json",
    "trainer_state.json",
)
_VOCABULARIES = (
    "tokenizer.json",
    "tokenizer.model",
    "spiece.model",
    "sentencepiece.bpe.model",
    "source.spm",
    "vocab.json",
    "vocab.txt",
)
# What wrappers put before every name when their weights are saved instead of those of the model inside.
_WRAPPERS = ("module.", "_orig_mod.", "_fsdp_wrapped_module.", "model.")


def of_folder(folder: Path) -> Subject:
    """The model, its tokenizer if there is one, and the log of its training if a Trainer left it.

    Weights are as the files hold them: those that are not in the files are on the device "meta", and those
    that are empty there are empty here, although transformers would make up values for both.

    Raises:
        RunError: the folder holds no checkpoint.
        ModelError: a file of it is damaged, or it is no encoder-decoder, or its adapter's base is not here.
    """
    _check_files(folder)
    if (folder / "adapter_config.json").is_file():
        model, base = _adapter(folder)
        tokenizer = _tokenizer(folder) or _tokenizer(Path(base))
    else:
        model, tokenizer = _model(folder), _tokenizer(folder)
    reload = reload_of(model, folder)
    return Subject(
        model=model,
        tokenizer=tokenizer,
        log=_log(folder),
        reloads=None if reload is None else [reload],
    )


def _check_files(folder: Path) -> None:
    """Refuse a folder without a checkpoint, and files of it that cannot be read."""
    if not any((folder / name).is_file() for name in ("config.json", "adapter_config.json")):
        inner = [path.parent for path in folder.glob("*/*config.json") if path.name in _READ[:3]]
        newest = max(inner, key=lambda path: (_step(path), path.name), default=None)
        told = (
            f"did you mean {newest}?" if newest else "name a folder written by save_pretrained or a Trainer"
        )
        empty = "is empty" if not any(folder.iterdir()) else "holds no checkpoint (config.json is missing)"
        raise RunError(f"{folder} {empty}; {told}")
    for name in _READ:
        if (folder / name).is_file():
            _json(folder / name)


def _json(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ModelError(
            f"{file}:{error.lineno}: not JSON ({error.msg}): the checkpoint is damaged; save or copy it again"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{file} cannot be read as UTF-8 text: {error}") from None
    if not isinstance(value, dict):
        raise ModelError(f"{file} holds no JSON object: the checkpoint is damaged; save or copy it again")
    return value


def _model(folder: Path | str) -> Any:
    from transformers import AutoConfig, AutoModelForSeq2SeqLM

    try:
        config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
    except Exception as error:
        raise ModelError(f"{folder}: its config.json cannot be used: {_first_line(error)}") from error
    if not config.is_encoder_decoder:
        raise ModelError(
            f"{folder} holds a {config.model_type} model; only encoder-decoders (T5, BART) are examined"
        )
    try:
        # The dtype is the stored one in every version: what is examined is the checkpoint.
        model, loading = AutoModelForSeq2SeqLM.from_pretrained(
            folder,
            config=config,
            dtype="auto",
            output_loading_info=True,
            ignore_mismatched_sizes=True,
            trust_remote_code=False,
        )
    except Exception as error:
        raise ModelError(
            f"{folder}: its weights cannot be read: {_first_line(error)}. They are missing, cut short or "
            "damaged; save or copy the checkpoint again, or examine an earlier one"
        ) from error
    _as_stored(model, loading, Path(folder))
    return model


def _as_stored(model: Any, loading: dict[str, Any], folder: Path) -> None:
    """Take back what transformers made up for weights that the files do not hold."""
    import torch

    named = dict(model.named_parameters(remove_duplicate=False))
    missing = [name for name in loading["missing_keys"] if name in named]
    if len(missing) == len(named):
        raise ModelError(
            f"{folder}: none of the stored weights is one of the model that config.json describes"
            f"{_wrapped(loading['unexpected_keys'])}"
        )
    for key in loading["mismatched_keys"]:
        # transformers 4.57 gives the name alone, 5 the stored shape too.
        name, shape = (key, _shapes(folder).get(key)) if isinstance(key, str) else key[:2]
        if shape is None or 0 not in shape:
            raise ModelError(
                f"{folder}: config.json does not fit the weights: {name} is to be "
                f"{_by(named[name].shape)} and is stored as {_by(shape or ())}. If tokens were added, save "
                "the model again after resize_token_embeddings(); else the files are of two models"
            )
        _replace(model, named[name], torch.empty(0, dtype=named[name].dtype))
    for name in missing:
        _replace(model, named[name], torch.empty_like(named[name], device="meta"))


def _replace(model: Any, old: Any, value: Any) -> None:
    """Put another weight in the place of one, wherever it is tied to."""
    import torch

    new = torch.nn.Parameter(value, requires_grad=old.requires_grad)
    for module in model.modules():
        for name, weight in module._parameters.items():
            if weight is old:
                module._parameters[name] = new


def _shapes(folder: Path) -> dict[str, Sequence[int]]:
    """The shape of each weight in the safetensors files; no weight is read."""
    from safetensors import safe_open

    shapes: dict[str, Sequence[int]] = {}
    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, framework="pt") as weights:
            shapes |= {name: weights.get_slice(name).get_shape() for name in weights.keys()}  # noqa: SIM118
    return shapes


def _wrapped(names: Iterable[str]) -> str:
    """What the names of stored weights say about how they were saved."""
    first = next(iter(sorted(names)), "")
    wrapper = next((prefix for prefix in _WRAPPERS if first.startswith(prefix)), None)
    if wrapper is None:
        return f"; the first is {first}" if first else ""
    return f": they begin with {wrapper!r}, so a wrapper was saved; save the model inside it"


def _adapter(folder: Path) -> tuple[Any, str]:
    """The adapter on its base, and the base's name."""
    base = _json(folder / "adapter_config.json").get("base_model_name_or_path")
    if not isinstance(base, str):
        raise ModelError(f"{folder / 'adapter_config.json'} names no base_model_name_or_path")
    try:
        from peft import PeftModel
    except ImportError:
        raise ModelError(
            f"{folder} is an adapter of {base}, which needs peft: pip install 'workup[lora]'"
        ) from None
    try:
        model = _model(base)
    except ModelError as error:
        raise ModelError(
            f"{folder} is an adapter, and its base {base!r} is not within reach. Put the base there, or "
            f"merge the adapter into it (merge_and_unload) and examine the result. {error}"
        ) from error
    try:
        return PeftModel.from_pretrained(model, folder), base
    except Exception as error:
        raise ModelError(
            f"{folder}: the adapter cannot be read or does not fit its base: {_first_line(error)}"
        ) from error


def _tokenizer(folder: Path) -> Any:
    """The tokenizer; None where the folder has none, for transformers would invent an empty one."""
    about = folder / "tokenizer_config.json"
    of_bytes = about.is_file() and "byt5" in str(_json(about).get("tokenizer_class", "")).lower()
    if not of_bytes and not any((folder / name).is_file() for name in _VOCABULARIES):
        return None
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    except Exception as error:
        raise ModelError(f"{folder}: its tokenizer cannot be read: {_first_line(error)}") from error


def _log(folder: Path) -> list[dict[str, Any]] | None:
    """The log that a Trainer left; after its training it stands in the last checkpoint only."""
    states = [folder / "trainer_state.json", *folder.glob("checkpoint-*/trainer_state.json")]
    found = max(
        filter(Path.is_file, states),
        key=lambda file: (file.parent == folder, _step(file.parent)),
        default=None,
    )
    log = _json(found).get("log_history") if found else None
    return log if isinstance(log, list) and log else None


def _step(folder: Path) -> int:
    """The N of "checkpoint-N"; -1 for another name."""
    number = folder.name.rpartition("-")[2]
    return int(number) if number.isdecimal() else -1


def _by(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape)) or "another shape"


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")

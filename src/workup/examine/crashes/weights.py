"""Crashes because of a file of weights: cut, saved from a wrapper, of another size, tied."""

from __future__ import annotations

import re
from pathlib import Path

from workup.examine.crashes.crash import Crash, Told
from workup.examine.crashes.scene import Scene
from workup.examine.finding import Remedy

_MODEL = "https://huggingface.co/docs/transformers/main_classes/model"
_WRAPPERS = ("module.", "_orig_mod.", "model.", "base_model.model.")
_KEPT_UNDER = ("model_state_dict", "state_dict", "model", "module")
_OWN_CONFIG = Remedy("read the model with its own config", code="from_pretrained(folder)  # no config=")


def _broken_weights(scene: Scene) -> Told | None:
    named = scene.local("file", "checkpoint_file", "shard_file", "checkpoint_files", "filename")
    first = named[0] if isinstance(named, list) and named else named
    if not isinstance(first, str | Path) or not Path(first).is_file():
        return Told("the file of weights is cut or is no safetensors file")
    path = Path(first)
    size = path.stat().st_size
    evidence = {"file": str(path), "bytes": size}
    with path.open("rb") as file:
        pointer = file.read(40).startswith(b"version https://git-lfs")
    if pointer:
        return Told(
            f"{path} is no file of weights but the {size} bytes with which git refers to one",
            Remedy("let git fetch the real file", code="git lfs pull"),
            evidence,
        )
    return Told(f"{path} is cut or is no safetensors file: it has {size} bytes", None, evidence)


def _prefix(scene: Scene) -> Told | None:
    missing = re.findall(r'"([^"]+)"', scene.groups["missing"])
    unexpected = re.findall(r'"([^"]+)"', scene.groups["unexpected"])
    kept = next((name for name in _KEPT_UNDER if name in unexpected), None)
    if kept is not None:
        return Told(
            f"the file holds more than weights ({', '.join(unexpected[:4])}); they stand under {kept!r}",
            Remedy("load that part", code=f'model.load_state_dict(saved["{kept}"])'),
        )
    for prefix in _WRAPPERS:
        if _share({prefix + name for name in missing}, unexpected) > 0.5:
            return Told(
                f"the {len(unexpected)} weights were saved from a wrapped model: their names begin with "
                f"{prefix!r}",
                Remedy(
                    "take the prefix off; strict=False would load nothing without a word",
                    code=f'saved = {{name.removeprefix("{prefix}"): w for name, w in saved.items()}}',
                ),
                {"unexpected": unexpected[:3], "missing": missing[:3]},
            )
        if _share({name.removeprefix(prefix) for name in missing}, unexpected) > 0.5:
            return Told(
                f"the model is wrapped, and the weights are not: its names begin with {prefix!r}",
                Remedy("load them into the model inside", code=f"model.{prefix}load_state_dict(saved)"),
                {"unexpected": unexpected[:3], "missing": missing[:3]},
            )
    return None


def _share(names: set[str], of: list[str]) -> float:
    """Which share of the one list is in the other."""
    return len(names & set(of)) / max(1, len(of))


def _sizes(scene: Scene) -> Told | None:
    saved = [int(n) for n in re.findall(r"\d+", scene.groups["saved"])]
    wanted = [int(n) for n in re.findall(r"\d+", scene.groups["wanted"])]
    name = scene.groups["name"]
    evidence = {"weight": name, "saved": saved, "model": wanted}
    if 0 in saved:
        return Told(
            f"{name} was saved with no content: a sharded training (ZeRO-3, FSDP) wrote only its own share",
            Remedy(
                "join the shares with zero_to_fp32.py, which DeepSpeed puts beside them, and read its file"
            ),
            evidence,
        )
    if len(saved) == 2 and saved[1:] == wanted[1:]:
        return Told(
            f"the vocabulary has {saved[0]} entries in the file and {wanted[0]} in the model",
            _OWN_CONFIG if "from_pretrained" in scene.called else _resize(saved[0]),
            evidence,
        )
    return Told(
        f"{name} has the shape {saved} in the file and {wanted} in the model: it is another size of model",
        _OWN_CONFIG,
        evidence,
    )


def _resize(rows: int) -> Remedy:
    return Remedy(
        "give the model the size of the file before loading",
        code=f"model.resize_token_embeddings({rows})",
    )


def _mismatched(scene: Scene) -> Told | None:
    info = scene.local("loading_info")
    found = sorted(getattr(info, "mismatched_keys", ()), key=str)
    if not found:
        return None
    name, saved, wanted = found[0]
    matched = {"name": str(name), "saved": str(list(saved)), "wanted": str(list(wanted))}
    return _sizes(Scene(scene.error, scene.subject, scene.versions, matched))


BROKEN_WEIGHTS = Crash(
    code="CRA028",
    name="weights-cut-or-not-fetched",
    stage="model",
    errors=("SafetensorError", "OSError"),
    pattern=r"Error while deserializing header|HeaderTooLarge|HeaderTooSmall|MetadataIncompleteBuffer"
    r"|InvalidHeader|Unable to load weights from pytorch checkpoint",
    shown=(
        "Error while deserializing header: header too large",
        "Error while deserializing header: MetadataIncompleteBuffer",
        "Error while deserializing header: incomplete metadata, file not fully covered",
    ),
    summary="The file of weights is cut, or is not the file itself.",
    why="A download or a copy was broken off, a disk was full, or git fetched only a reference to the file.",
    remedy=Remedy("fetch or copy the file again, and compare its size with the original's"),
    sources=("https://huggingface.co/docs/safetensors/index",),
    tell=_broken_weights,
)
WRAPPED_WEIGHTS = Crash(
    code="CRA029",
    name="weights-of-a-wrapped-model",
    stage="model",
    errors=("RuntimeError",),
    pattern=r"Missing key\(s\) in state_dict: (?P<missing>.*?)Unexpected key\(s\) in state_dict: "
    r"(?P<unexpected>.*)",
    shown=(
        "Error(s) in loading state_dict for T5ForConditionalGeneration: Missing key(s) in state_dict: "
        '"shared.weight", ... Unexpected key(s) in state_dict: "module.shared.weight", ...',
    ),
    summary="The weights were saved from inside a wrapper, or together with other things.",
    why="DataParallel, torch.compile, Lightning and PEFT put a prefix before every name; a training loop "
    "often saves the weights as one entry of many. With strict=False nothing is loaded, and nothing is said.",
    remedy=Remedy(
        "take the prefix off",
        code='model.load_state_dict({k.removeprefix("module."): v for k, v in saved.items()})',
    ),
    sources=("https://github.com/pytorch/pytorch/issues/101107",),
    tell=_prefix,
)
OTHER_SIZE = Crash(
    code="CRA030",
    name="weights-of-another-size",
    stage="model",
    errors=("RuntimeError",),
    pattern=r"size mismatch for (?P<name>[\w.]+): copying a param with shape torch\.Size\((?P<saved>\[[\d, "
    r"]*\])\) from checkpoint, the shape in current model is torch\.Size\((?P<wanted>\[[\d, ]*\])\)",
    shown=(
        "size mismatch for shared.weight: copying a param with shape torch.Size([32128, 512]) from "
        "checkpoint, the shape in current model is torch.Size([32100, 512]).",
    ),
    summary="A weight has another shape in the file than in the model.",
    why="The vocabulary was resized in training, the model is of another size, or a sharded training saved "
    "weights without content.",
    remedy=Remedy(
        "give the model the size of the file before loading", code="model.resize_token_embeddings(rows)"
    ),
    sources=(
        "https://github.com/huggingface/transformers/issues/8643",
        "https://github.com/huggingface/transformers/issues/20082",
    ),
    tell=_sizes,
)
OTHER_SIZE_REPORTED = Crash(
    code="CRA031",
    name="weights-of-another-size-on-reading",
    stage="model",
    errors=("RuntimeError",),
    pattern=r"You set `ignore_mismatched_sizes` to `False`",
    shown=("You set `ignore_mismatched_sizes` to `False`, thus raising an error. For details look at ...",),
    summary="A weight has another shape in the file than the config says.",
    why="The config given to `from_pretrained` is not the one that was saved with the weights. "
    "`ignore_mismatched_sizes=True` would fill those weights with random numbers.",
    remedy=_OWN_CONFIG,
    sources=(_MODEL,),
    tell=_mismatched,
)
SHARED_WEIGHTS = Crash(
    code="CRA032",
    name="tied-weights-saved-by-hand",
    stage="model",
    errors=("RuntimeError",),
    pattern=r"Some tensors share memory|weights trying to be saved contained shared tensors",
    shown=(
        "Some tensors share memory, this will lead to duplicate memory on disk ...: [{'shared.weight', "
        "...}].",
    ),
    summary="Weights that are one and the same tensor cannot be saved by safetensors one by one.",
    why="T5 uses one matrix as embedding of encoder, decoder and, in most models, as output head.",
    remedy=Remedy("let the model save itself", code="model.save_pretrained(folder)"),
    sources=("https://huggingface.co/docs/safetensors/torch_shared_tensors",),
)

CRASHES = (
    BROKEN_WEIGHTS,
    WRAPPED_WEIGHTS,
    OTHER_SIZE,
    OTHER_SIZE_REPORTED,
    SHARED_WEIGHTS,
)

"""Weights that a script saves and loads again: are they the same afterwards, and is the loss?

Of a model that is saved a mark of each weight is kept, a few hundred bytes, and its loss on a few rows.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from pathlib import Path
from typing import Any

from workup.examine.capture.silence import silence
from workup.examine.measurements.generating import base_of
from workup.examine.session import untouched
from workup.examine.subject import Reload, Subject, Why

# Folders whose latest saving is remembered; a Trainer may write many checkpoints.
_MOST = 32
_ROWS = 8
_READ = ("input_ids", "attention_mask", "labels")
# Numbers of a weight that are kept, to know it again when it was rounded to another type.
_SAMPLE = 64
# bfloat16 rounds by a 256th at most, and float16 to steps of 6e-8 near zero.
_ROUNDING, _LEAST = 2**-7, 1e-6
# Numbers that are summed at once: a sum makes a copy of them that is twice as large.
_AT_ONCE = 1 << 22


@dataclass(frozen=True)
class Mark:
    """What a weight is known by: the sum of its bits, and a few of its numbers."""

    shape: tuple[int, ...]
    dtype: Any
    bits: int
    sample: tuple[float, ...]

    def is_of(self, other: Mark) -> bool:
        """Whether the weights are the same; where their types differ, but for rounding."""
        if self.dtype == other.dtype:
            return (self.shape, self.bits) == (other.shape, other.bits)
        pairs = zip(self.sample, other.sample, strict=False)
        return self.shape == other.shape and all(
            isclose(mine, others, rel_tol=_ROUNDING, abs_tol=_LEAST) for mine, others in pairs
        )


def mark(weight: Any) -> Mark:
    """The mark of a weight, wherever it is; nothing of its size is copied."""
    import torch

    flat = weight.detach().contiguous().flatten()
    whole = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}[flat.element_size()]
    bits = sum(int(part.sum(dtype=torch.int64)) for part in flat.view(whole).split(_AT_ONCE))
    few = flat[:: max(1, len(flat) // _SAMPLE)][:_SAMPLE]
    return Mark(tuple(weight.shape), weight.dtype, bits, tuple(few.float().tolist()))


@dataclass(frozen=True)
class Weights:
    """The weights of a model by name; tied ones stand under each of their names.

    Attributes:
        first: for each name the first one that bears the same weight.
    """

    kind: type
    marks: Mapping[str, Mark]
    first: Mapping[str, str]

    @property
    def dtype(self) -> str:
        """The commonest type."""
        counts = Counter(str(mark.dtype).removeprefix("torch.") for mark in self.marks.values())
        return counts.most_common(1)[0][0] if counts else ""


def weights_of(model: Any) -> Weights:
    """The weights as they are now, those of an adapter among them; what is quantized is left out."""
    base = base_of(model)
    marks: dict[str, Mark] = {}
    first: dict[int, str] = {}
    names: dict[str, str] = {}
    for name, weight in base.named_parameters(remove_duplicate=False):
        if weight.is_floating_point() and not weight.is_meta:
            names[name] = first.setdefault(id(weight), name)
            marks[name] = marks[names[name]] if names[name] in marks else mark(weight)
    return Weights(type(base), marks, names)


class Reloads:
    """What was saved and loaded so far.

    Attributes:
        found: the latest loading of each folder that had been saved before.
    """

    def __init__(self) -> None:
        self.found: dict[str, Reload] = {}
        self._saved: dict[str, tuple[Weights, float | None]] = {}

    def saved(self, model: Any, folder: Any, batch: Mapping[str, Any] | None) -> None:
        """A model was saved to a folder."""
        if _is_alone():
            self._saved[os.path.realpath(folder)] = weights_of(model), loss_on(model, batch)
            if len(self._saved) > _MOST:
                del self._saved[next(iter(self._saved))]

    def loaded(self, model: Any, folder: Any, batch: Mapping[str, Any] | None) -> None:
        """A model was loaded from a folder; nothing is made of it where another kind was saved there."""
        place = os.path.realpath(folder) if isinstance(folder, str | os.PathLike) else ""
        if place not in self._saved:
            return
        saved, loss = self._saved[place]
        now = weights_of(model)
        if now.kind is not saved.kind:
            return
        self.found[place] = Reload(
            place=os.fspath(folder),
            weights=len(saved.marks),
            altered=dict(_altered(saved, now, _stored(Path(folder)))),
            unknown=tuple(sorted(saved.marks.keys() - now.marks.keys())),
            dtypes=(saved.dtype, now.dtype),
            loss_before=loss,
            loss_after=None if loss is None else loss_on(model, batch),
        )

    def state_loaded(self, model: Any, keys: Any, trained: Any, batch: Mapping[str, Any] | None) -> None:
        """A state was loaded into a model after a training; `keys` did not fit.

        It is of interest where names are missing as well as left over: those are the same weights.
        """
        if not _is_alone():
            return
        now = weights_of(model)
        missing = set(keys.missing_keys) & now.marks.keys()
        loaded = {now.first[name] for name in now.marks.keys() - missing}
        missing = {name for name in missing if now.first[name] not in loaded}
        if not keys.unexpected_keys or not missing or now.kind is not type(base_of(trained)):
            return
        place = "a state, with strict=False"
        self.found[place] = Reload(
            place=place,
            weights=len(now.marks),
            altered=dict.fromkeys(sorted(missing), "was not loaded"),
            unknown=tuple(sorted(keys.unexpected_keys)),
            dtypes=(now.dtype, now.dtype),
            loss_before=None if trained is model else loss_on(trained, batch),
            loss_after=loss_on(model, batch),
        )


def loss_on(model: Any, batch: Mapping[str, Any] | None) -> float | None:
    """The loss on the first rows of a batch; None where there is none, or it is not for this model.

    Nothing of the model and of the random state is changed.
    """
    import torch

    if batch is None or batch.get("labels") is None:
        return None
    try:
        device = next(model.parameters()).device
        given = {name: batch[name][:_ROWS].to(device) for name in _READ if batch.get(name) is not None}
        with untouched(Subject(model=model)), torch.no_grad(), silence():
            model.eval()
            return float(model(**given).loss)
    except Exception:  # a model that cannot be asked by itself, or for which the rows were not made
        return None


def _is_alone() -> bool:
    """Whether no other process has a part of the weights."""
    return int(os.environ.get("WORLD_SIZE") or 1) == 1


def _altered(saved: Weights, now: Weights, stored: Collection[str] | None) -> Iterator[tuple[str, Why]]:
    for name, before in saved.marks.items():
        if name not in now.marks or before.is_of(now.marks[name]):
            continue
        if now.first.get(saved.first[name]) != now.first[name]:
            yield name, "lost its tie"
        elif saved.first.get(now.first[name]) != saved.first[name]:
            yield name, "was tied to another"
        elif stored is not None and _in_files(name) not in stored:
            yield name, "is not in the files"
        else:
            yield name, "has other values"


def _stored(folder: Path) -> set[str] | None:
    """The names of the weights in the files of a folder; None where they are not safetensors."""
    from safetensors import safe_open

    names: set[str] = set()
    files: Sequence[Path] = sorted(folder.glob("*.safetensors"))
    for file in files:
        with safe_open(file, framework="pt") as weights:
            names.update(_in_files(name) for name in weights.keys())  # noqa: SIM118
    return names if files else None


def _in_files(name: str) -> str:
    """The name of a weight without what an adapter puts into it in memory and before it in files."""
    return re.sub(r"(\.modules_to_save)?\.default\b", "", name.removeprefix("base_model.model."))

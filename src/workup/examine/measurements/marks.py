"""What a weight is known by, without a copy of it; which weights of a loaded model are not those saved."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from pathlib import Path
from typing import Any

from workup.examine.measurements.generating import base_of
from workup.examine.subject import Why

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


def altered(saved: Weights, now: Weights, stored: Collection[str] | None) -> Iterator[tuple[str, Why]]:
    """The weights that are not there as they were saved, and why; `stored` are the names in the files."""
    for name, before in saved.marks.items():
        if name not in now.marks or before.is_of(now.marks[name]):
            continue
        if now.first.get(saved.first[name]) != now.first[name]:
            yield name, "lost its tie"
        elif saved.first.get(now.first[name]) != saved.first[name]:
            yield name, "was tied to another"
        elif stored is not None and name_in_files(name) not in stored:
            yield name, "is not in the files"
        else:
            yield name, "has other values"


def stored_names(folder: Path) -> set[str] | None:
    """The names of the weights in the files of a folder; None where they are not safetensors."""
    from safetensors import safe_open

    names: set[str] = set()
    files: Sequence[Path] = sorted(folder.glob("*.safetensors"))
    for file in files:
        with safe_open(file, framework="pt") as weights:
            names.update(name_in_files(name) for name in weights.keys())  # noqa: SIM118
    return names if files else None


def name_in_files(name: str) -> str:
    """The name of a weight without what an adapter puts into it in memory and before it in files."""
    return re.sub(r"(\.modules_to_save)?\.default\b", "", name.removeprefix("base_model.model."))

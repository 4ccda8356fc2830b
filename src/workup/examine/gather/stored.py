"""What the files of a checkpoint hold, beside the model that is loaded from them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from workup.examine.measurements.marks import Mark, mark, name_in_files, weights_of
from workup.examine.subject import Reload, Why


def reload_of(model: Any, folder: Path) -> Reload | None:
    """Whether a model that was loaded from a folder has the weights that are stored there.

    Its loss before it was saved is not known. None where there are no safetensors: other files are pickles.
    """
    stored = dict(_marks(folder))
    if not stored:
        return None
    now = weights_of(model)
    names = {name_in_files(name): name for name in now.marks}
    bearers = Counter(now.first.values())
    altered: dict[str, Why] = {}
    for name, before in stored.items():
        loaded = names.get(name_in_files(name))
        if loaded is not None and not before.is_of(now.marks[loaded]):
            is_tied = bearers[now.first[loaded]] > 1
            altered[loaded] = "was tied to another" if is_tied else "has other values"
    known = {name_in_files(name) for name in model.state_dict()}
    dtypes = Counter(before.dtype for before in stored.values()).most_common(1)[0][0]
    return Reload(
        place=str(folder),
        weights=len(stored),
        altered=altered,
        unknown=tuple(sorted(name for name in stored if name_in_files(name) not in known)),
        dtypes=(str(dtypes).removeprefix("torch."), now.dtype),
    )


def _marks(folder: Path) -> list[tuple[str, Mark]]:
    """The mark of each weight in the files, read one at a time; those without a number are left out."""
    from safetensors import safe_open

    found = []
    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, framework="pt") as weights:
            for name in weights.keys():  # noqa: SIM118
                weight = weights.get_tensor(name)
                if weight.is_floating_point() and weight.numel():
                    found.append((name, mark(weight)))
    return found

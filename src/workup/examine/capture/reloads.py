"""Weights that a script saves and loads again: are they the same afterwards, and is the loss?

Of a model that is saved a mark of each weight is kept, a few hundred bytes, and its loss on a few rows.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workup.examine.capture.silence import silence
from workup.examine.measurements.generating import base_of
from workup.examine.measurements.marks import Weights, altered, stored_names, weights_of
from workup.examine.session import untouched
from workup.examine.subject import Reload, Subject

# Folders whose latest saving is remembered; a Trainer may write many checkpoints.
_MOST = 32
_ROWS = 8
_READ = ("input_ids", "attention_mask", "labels")


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
            altered=dict(altered(saved, now, stored_names(Path(folder)))),
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

"""The examination in one call."""

from __future__ import annotations

from typing import Any

from workup.errors import RunError, nearest
from workup.examine.checks import CATALOGUE
from workup.examine.measurements import MEASUREMENTS
from workup.examine.report import Report
from workup.examine.runner import run
from workup.examine.subject import MEANINGS, Subject


def examine(trainer: Any = None, **parts: Any) -> Report:
    """Examine a transformers Trainer, or any parts of a fine-tune, or both.

    Nothing of them is changed. See `workup.examine.subject.MEANINGS` for the names of parts, such as
    `model`, `tokenizer`, `train_rows`, `log`, `generated`.

    Raises:
        RunError: an unknown part, or nothing to examine.
    """
    unknown = [name for name in parts if name not in MEANINGS]
    if unknown:
        raise RunError(f"examine() knows no part {unknown[0]!r}; {nearest(unknown[0], MEANINGS)}")
    if trainer is None and not parts:
        raise RunError("examine() needs a Trainer, or parts by name: examine(model=..., tokenizer=...)")
    if trainer is None:
        return run(Subject(**parts), CATALOGUE, MEASUREMENTS)
    from workup.examine.gather.from_trainer import of_trainer

    return run(of_trainer(trainer, **parts), CATALOGUE, MEASUREMENTS)

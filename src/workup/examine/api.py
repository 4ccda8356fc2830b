"""The examination in one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
        RunError: an unknown part, one of another kind than it has to be, or nothing to examine.
    """
    unknown = [name for name in parts if name not in MEANINGS]
    if unknown:
        raise RunError(f"examine() knows no part {unknown[0]!r}; {nearest(unknown[0], MEANINGS)}")
    if trainer is None and not parts:
        raise RunError("examine() needs a Trainer, or parts by name: examine(model=..., tokenizer=...)")
    for name, part in parts.items():
        _check_kind(name, part)
    if trainer is None:
        return run(Subject(**parts), CATALOGUE, MEASUREMENTS)
    if not all(hasattr(trainer, name) for name in ("args", "model", "data_collator", "state")):
        raise RunError(
            f"examine() takes a Trainer of transformers, got {type(trainer).__name__}; "
            "give other parts by name: examine(model=..., tokenizer=...)"
        )
    from workup.examine.gather.from_trainer import of_trainer

    return run(of_trainer(trainer, **parts), CATALOGUE, MEASUREMENTS)


def _is_sequence(part: Any) -> bool:
    return hasattr(part, "__getitem__") and hasattr(part, "__len__") and not isinstance(part, str | Mapping)


def _is_rows(part: Any) -> bool:
    return _is_sequence(part) and (len(part) == 0 or hasattr(part[0], "keys"))


def _is_pairs(part: Any) -> bool:
    return _is_sequence(part) and (len(part) == 0 or hasattr(part[0], "source"))


_ROWS = (_is_rows, "a sequence of rows, each a mapping; of a stream, list(dataset.take(2000))")
_PAIRS = (_is_pairs, "a sequence of workup.examine.subject.Pair")
_MAPPING = (lambda part: isinstance(part, Mapping), "a mapping")
_FUNCTION = (callable, "a function")
# What the parts have to be that people give most, and in words.
_KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "model": (lambda part: hasattr(part, "named_parameters"), "a loaded model"),
    "tokenizer": (lambda part: callable(part) and hasattr(part, "decode"), "a loaded tokenizer"),
    "train_rows": _ROWS,
    "eval_rows": _ROWS,
    "train_pairs": _PAIRS,
    "eval_pairs": _PAIRS,
    "log": (_is_rows, "a sequence of log lines, such as trainer.state.log_history"),
    "generated": (_is_sequence, "a sequence of workup.examine.subject.Generated"),
    "captured_batch": _MAPPING,
    "generation": _MAPPING,
    "collator": _FUNCTION,
    "compute_metrics": _FUNCTION,
    "optimizer": (lambda part: hasattr(part, "param_groups"), "an optimizer of torch"),
}


def _check_kind(name: str, part: Any) -> None:
    """Refuse a part of another kind, which every check would stumble over.

    Raises:
        RunError: it is one.
    """
    is_right, wanted = _KINDS.get(name, (None, ""))
    if part is not None and is_right is not None and not is_right(part):
        raise RunError(f"examine({name}=...) takes {wanted}; got {type(part).__name__}")

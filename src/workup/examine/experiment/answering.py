"""The answers of a setup: a copy of its model, asked as the user's was but for what the setup changes."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workup.examine.experiment.setup import Question, Setup
from workup.examine.measurements.generating import DEFAULTS, quietly

_BATCH = 16


@dataclass(frozen=True)
class Answered:
    """What was said to a question."""

    question: Question
    text: str
    ids: tuple[int, ...]


def answers(setup: Setup, model: Any) -> list[Answered]:
    """The answers to the questions, in their order; the same random state for every setup.

    Args:
        model: is the experiment's own; generation config and mode are set on it.
    """
    import torch

    with quietly(), torch.no_grad():
        for prepare in setup.prepare:
            prepare(model)
        given = _configured(setup, model)
        model.train(setup.in_training_mode)
        torch.manual_seed(0)
        found: list[Answered] = []
        for start in range(0, len(setup.questions), _BATCH):
            found += _batch(setup, model, setup.questions[start : start + _BATCH], given)
    return found


def _configured(setup: Setup, model: Any) -> dict[str, Any]:
    """Put the setup's config on the model; returns the arguments of generate()."""
    given = dict(setup.settings)
    stored = given.pop("generation_config", None)
    if hasattr(stored, "to_dict"):
        model.generation_config = copy.deepcopy(stored)
    given.update(stored if isinstance(stored, dict) else {})
    for name, value in setup.config.items():
        setattr(model.generation_config, name, DEFAULTS.get(name) if value is None else value)
        # transformers takes some of the settings of old checkpoints from here.
        if getattr(model.config, name, None) is not None and name not in ("pad_token_id", "eos_token_id"):
            setattr(model.config, name, value)
    return {name: value for name, value in given.items() if not name.startswith("return_dict")}


def _batch(setup: Setup, model: Any, questions: Sequence[Question], given: dict[str, Any]) -> list[Answered]:
    cut = {"truncation": True, "max_length": setup.source_length} if setup.source_length else {}
    texts = [one.source for one in questions]
    encoded = setup.tokenizer(texts, padding=True, return_tensors="pt", **cut)
    names = ("input_ids", "attention_mask") if setup.with_mask else ("input_ids",)
    inputs = {name: encoded[name].to(model.device) for name in names if name in encoded}
    output = model.generate(**inputs, **given)
    rows = getattr(output, "sequences", output).tolist()
    several = len(rows) // len(questions)
    return [
        Answered(one, _text(setup, rows[place * several]), tuple(rows[place * several]))
        for place, one in enumerate(questions)
    ]


def _text(setup: Setup, ids: list[int]) -> str:
    kept = [token for token in ids if token not in setup.left_out]
    return str(setup.tokenizer.decode(kept, **setup.decoding)).strip()

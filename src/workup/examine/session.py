"""The contract of an examination: whatever it does, model, tokenizer and random state are as they were.

Restored are the random states of Python, NumPy and torch, each module's mode, each weight's gradient and
whether it wants one, the attributes of config and generation config, padding and truncation of the tokenizer.
Weights, buffers, optimizers and data sets are never written to: checks have no business there.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from workup.examine.subject import Subject


@contextmanager
def untouched(subject: Subject) -> Iterator[None]:
    """Run the block, then put everything back."""
    restores = [_random_states()]
    if subject.model is not None:
        restores.append(_model(subject.model))
    if subject.tokenizer is not None:
        restores.append(_tokenizer(subject.tokenizer))
    try:
        yield
    finally:
        for restore in restores:
            restore()


def _random_states() -> Callable[[], None]:
    import numpy as np
    import torch

    python, numpy, cpu = random.getstate(), np.random.get_state(), torch.get_rng_state()
    devices = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []

    def restore() -> None:
        random.setstate(python)
        np.random.set_state(numpy)
        torch.set_rng_state(cpu)
        if devices:
            torch.cuda.set_rng_state_all(devices)

    return restore


def _model(model: Any) -> Callable[[], None]:
    modes = [(module, module.training) for module in model.modules()]
    weights = [(weight, weight.grad, weight.requires_grad) for weight in model.parameters()]
    configs = [
        (config, copy.deepcopy(vars(config)))
        for config in (getattr(model, "config", None), getattr(model, "generation_config", None))
        if config is not None
    ]
    for weight, _, _ in weights:
        weight.grad = None

    def restore() -> None:
        for module, mode in modes:
            module.training = mode
        for weight, gradient, wanted in weights:
            weight.requires_grad_(wanted)
            weight.grad = gradient
        for config, before in configs:
            vars(config).clear()
            vars(config).update(before)

    return restore


def _tokenizer(tokenizer: Any) -> Callable[[], None]:
    sides = {
        name: getattr(tokenizer, name)
        for name in ("padding_side", "truncation_side")
        if hasattr(tokenizer, name)
    }
    backend = getattr(tokenizer, "backend_tokenizer", None)
    truncation = copy.copy(backend.truncation) if backend is not None else None
    padding = copy.copy(backend.padding) if backend is not None else None

    def restore() -> None:
        for name, side in sides.items():
            setattr(tokenizer, name, side)
        if backend is not None:
            backend.no_truncation() if truncation is None else backend.enable_truncation(**truncation)
            backend.no_padding() if padding is None else backend.enable_padding(**padding)

    return restore

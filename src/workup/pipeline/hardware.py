"""Automatic choices about the machine, each with the reason that is shown to the user."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from workup.recipe import Training

# Below this many weights a second thread waits more than it works; measured in dev/LOG.md.
_SMALL = 30_000_000


def precision(training: Training) -> tuple[bool, str]:
    """Whether to compute in bf16 autocast, and why."""
    if training.precision != "auto":
        return training.precision == "bf16", f"{training.precision}: the recipe says so"
    if torch.cuda.is_available():
        native = torch.cuda.is_bf16_supported(including_emulation=False)
        device = torch.cuda.get_device_name()
    else:
        native = bool(
            torch.cpu.get_capabilities().get("amx_bf16") or torch.cpu.get_capabilities().get("avx512_bf16")
        )
        device = "this CPU"
    if native:
        return True, f"bf16 autocast: {device} computes in bf16"
    return False, f"float32: {device} has no bf16 arithmetic, emulating it would be slower"


def threads(training: Training, parameters: int) -> tuple[int, str]:
    """How many CPU threads this process computes on, and why."""
    if training.threads != "auto":
        return training.threads, f"{_count(training.threads)}: the recipe says so"
    if "OMP_NUM_THREADS" in os.environ:
        current = torch.get_num_threads()
        return current, f"{_count(current)}: OMP_NUM_THREADS says so"
    cores = torch.get_num_threads()
    share = max(1, cores // int(os.environ.get("LOCAL_WORLD_SIZE", "1")))
    if parameters < _SMALL and share > 2:
        return 2, f"2 threads of {cores} cores: {parameters / 1e6:.1f} M weights keep no more of them busy"
    return share, f"{_count(share)} of {cores} cores"


@contextmanager
def computing_on(count: int) -> Iterator[None]:
    """Use `count` CPU threads inside the block."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _count(threads: int) -> str:
    return f"{threads} thread{'s' if threads != 1 else ''}"

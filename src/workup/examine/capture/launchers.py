"""Programs that start a script in processes of their own: how to be started by them, and whether we were."""

from __future__ import annotations

import os

from workup.errors import RunError

# What people write between "workup run" and the script, and what to write instead.
_INSTEAD = {
    "accelerate": "accelerate launch -m workup run train.py",
    "torchrun": "torchrun -m workup run train.py",
    "deepspeed": "deepspeed --module workup run train.py",
    "python": "workup run train.py",
    "python3": "workup run train.py",
}
_MODULES = {
    "accelerate.commands.launch": "accelerate",
    "accelerate.commands.accelerate_cli": "accelerate",
    "torch.distributed.run": "torchrun",
    "torch.distributed.launch": "torchrun",
    "deepspeed.launcher.runner": "deepspeed",
}
# torchrun and deepspeed set the first. Where accelerate starts a single process it sets neither, and a
# Trainer sets most of its other variables as well; this one only accelerate does.
_MARKS = ("RANK", "ACCELERATE_DYNAMO_USE_FULLGRAPH")


def refuse(program: str) -> None:
    """Refuse to run a launcher, by its command or its module: the script would be in another process.

    Raises:
        RunError: it is one.
    """
    instead = _INSTEAD.get(_MODULES.get(program, program))
    if instead is not None:
        raise RunError(f"{program} runs scripts in other processes, unwatched; write instead: {instead}")


def is_launched() -> bool:
    """Whether a launcher waits for this process.

    It takes every exit status but 0 for a crash: it prints a traceback of its own, ends the processes that
    are still at work, and with --max-restarts begins the training anew.
    """
    return any(name in os.environ for name in _MARKS)


def is_first() -> bool:
    """Whether this process is the only one of a training, or the one that watches for all."""
    return os.environ.get("RANK", "0") in ("", "0")

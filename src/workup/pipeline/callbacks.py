"""What every training here does beside learning: tell, mark checkpoints complete, end well on Ctrl-C.

`run` is the one way a Trainer is started; `house_settings` are what each of them is told.
"""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from transformers import PrinterCallback, TrainerCallback

from workup.errors import Interrupted, RunError
from workup.files import disk_errors
from workup.pipeline import checkpoints, events

_LOGGED_STEPS = 200


def house_settings(steps: int) -> dict[str, Any]:
    """Arguments of every Trainer here, for a training of so many optimizer steps."""
    return {
        "logging_steps": max(1, steps // _LOGGED_STEPS),
        "logging_nan_inf_filter": False,
        "use_cpu": not torch.accelerator.is_available(),
        "remove_unused_columns": False,
        "disable_tqdm": True,
        "report_to": "none",
    }


def run(trainer: Any, folder: Path, watch: events.Watch, remedy: str, *, resume: bool) -> Reporter:
    """Train to the end, from the last complete checkpoint in `folder` where wanted.

    Args:
        remedy: what to do about a loss that is not finite.

    Raises:
        Interrupted: Ctrl-C; a checkpoint of the last step is in `folder`.
        SaveError: the disk is full.
        RunError: the loss became NaN or infinite.
    """
    trainer.remove_callback(PrinterCallback)
    reporter = Reporter(watch, remedy)
    trainer.add_callback(reporter)
    checkpoint = checkpoints.latest(folder) if resume else None
    with interruptible() as stop, disk_errors(folder):
        trainer.add_callback(StopAfterStep(stop))
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    state = trainer.state
    if stop.is_set() and state.global_step < state.max_steps:
        raise Interrupted(f"stopped after step {state.global_step} of {state.max_steps}, checkpoint written")
    return reporter


class Reporter(TrainerCallback):  # type: ignore[misc]
    """Tells the watcher what happens, marks checkpoints complete, and refuses to train on NaN.

    Args:
        remedy: what to do about a loss that is not finite.
    """

    def __init__(self, watch: events.Watch, remedy: str) -> None:
        self.watch, self.remedy = watch, remedy
        self.loss: float | None = None
        self.best: float | None = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Training begins, or goes on."""
        self.watch(events.Started(state.global_step, state.max_steps))

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Pass on that a step is done."""
        self.watch(events.Stepped(state.global_step))

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any], **_: Any) -> None:
        """Refuse a loss that is not finite, pass on the others."""
        if "loss" in logs:
            self.loss = float(logs["loss"])
            if not math.isfinite(self.loss):
                raise RunError(
                    f"the training loss became {self.loss} at step {state.global_step}; {self.remedy}"
                )
            norm = logs.get("grad_norm")
            self.watch(
                events.Logged(
                    state.global_step,
                    state.epoch,
                    self.loss,
                    float(logs["learning_rate"]),
                    None if norm is None else float(norm),
                )
            )

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: dict[str, Any], **_: Any) -> None:
        """Pass on the validation loss, keep the best."""
        loss = float(metrics["eval_loss"])
        self.best = loss if self.best is None else min(self.best, loss)
        self.watch(events.Validated(state.global_step, state.epoch, loss))

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """The last file of a checkpoint is written."""
        if state.is_world_process_zero:
            checkpoints.mark_complete(Path(args.output_dir) / f"checkpoint-{state.global_step}")


class StopAfterStep(TrainerCallback):  # type: ignore[misc]
    """Once `stop` is set: finish the step, write a checkpoint, end the training."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Ask for a checkpoint and the end, once stopped."""
        if self.stop.is_set():
            control.should_save = True
            control.should_training_stop = True


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """Ctrl-C sets the event instead of breaking off in the middle of a write; a second one breaks off."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)

"""Short trainings of a copy: the same weights, rows, order and seed, but for what the setup changes."""

from __future__ import annotations

import copy
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workup.examine.experiment.setup import Training
from workup.examine.measurements.generating import quietly

# Steps by which the time of one is measured; the first of them is left out.
_PROBE = 3
# What an experiment has no use for: nothing is written, evaluated, logged or sent anywhere.
_QUIET: Mapping[str, Any] = {
    "eval_strategy": "no",
    "save_strategy": "no",
    "logging_strategy": "no",
    "report_to": [],
    "disable_tqdm": True,
    "load_best_model_at_end": False,
    "push_to_hub": False,
    "do_eval": False,
    "num_train_epochs": 1,
    "torch_compile": False,
    "eval_on_start": False,
}


def seconds_a_step(training: Training) -> float:
    """What one optimizer step takes here, measured on a copy."""
    moments: list[float] = []
    trained(training, _PROBE, moments)
    return (moments[-1] - moments[0]) / max(1, len(moments) - 1)


def trained(training: Training, steps: int, moments: list[float] | None = None) -> Any:
    """A copy of the model after so many optimizer steps.

    Args:
        moments: is given the time at the end of each step.
    """
    import torch

    model = fresh(training)
    if not steps:
        return model
    with quietly(), tempfile.TemporaryDirectory() as folder:
        torch.manual_seed(int(getattr(training.arguments, "seed", 0)))
        _trainer(training, model, steps, folder, moments).train()
    return model


def fresh(training: Training) -> Any:
    """A copy of the model as the training begins with it."""
    import torch

    model = copy.deepcopy(training.model)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name in training.weights:
                weight.copy_(training.weights[name])
    for prepare in training.prepare:
        prepare(model)
    return model


def _trainer(training: Training, model: Any, steps: int, folder: str, moments: list[float] | None) -> Any:
    from torch.utils.data import SequentialSampler
    from transformers import PrinterCallback, Seq2SeqTrainer, TrainerCallback

    class Clock(TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, *_: Any, **__: Any) -> None:
            if moments is not None:
                moments.append(time.perf_counter())

    class Short(Seq2SeqTrainer):  # type: ignore[misc]
        def _get_train_sampler(self, train_dataset: Any = None) -> Any:
            if training.in_order:
                return SequentialSampler(self.train_dataset if train_dataset is None else train_dataset)
            return super()._get_train_sampler(*(() if train_dataset is None else (train_dataset,)))

    changed = {name: value for name, value in _QUIET.items() if hasattr(training.arguments, name)}
    shortened = training.with_arguments(**_in_its_types(changed), output_dir=folder, max_steps=steps)
    own = {}
    if training.optimizer is not None:
        kind, settings = training.optimizer
        own = {"optimizers": (kind([w for w in model.parameters() if w.requires_grad], **settings), None)}
    trainer = Short(
        model=model,
        args=shortened.arguments,
        train_dataset=training.rows,
        data_collator=training.collator,
        compute_loss_func=training.loss,
        callbacks=[Clock()],
        **own,
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def _in_its_types(values: Mapping[str, Any]) -> dict[str, Any]:
    """Strategies as the enum that TrainingArguments makes of them when they are built."""
    from transformers.trainer_utils import IntervalStrategy, SaveStrategy

    kinds = {
        "eval_strategy": IntervalStrategy,
        "logging_strategy": IntervalStrategy,
        "save_strategy": SaveStrategy,
    }
    return {name: kinds[name](value) if name in kinds else value for name, value in values.items()}


def shortened(training: Training, limit: int) -> Training:
    """The same with so many steps at most."""
    return replace(training, steps=min(training.steps, limit))

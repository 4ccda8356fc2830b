"""One stage of a pretraining: transformers' Trainer over ready batches, resumable."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import SequentialSampler
from transformers import Trainer, TrainingArguments

from workup.errors import Interrupted
from workup.pipeline import callbacks, events
from workup.pretraining.batches import Batches, Task
from workup.pretraining.plan import Learning, Stage

_WARMUP = 0.06
_NOT_FINITE = "lower the stage's learning_rate"


def fit(
    model: Any,
    train: Batches,
    held_out: Batches,
    stage: Stage,
    folder: Path,
    *,
    bf16: bool,
    watch: events.Watch,
) -> None:
    """Train `model` in place, from the last checkpoint in `folder` if there is one.

    Raises:
        Interrupted: Ctrl-C; a checkpoint of the last step is in `folder`.
        SaveError: the disk is full.
        RunError: the loss became NaN or infinite.
    """
    trainer = _Trainer(
        task=train.task,
        rates=_rates(stage),
        model=model,
        args=_arguments(stage, folder, bf16=bf16),
        train_dataset=train,
        eval_dataset=held_out,
        data_collator=_only,
    )
    try:
        callbacks.run(trainer, folder, watch, _NOT_FINITE, resume=True)
    except Interrupted as stopped:
        raise Interrupted(f"{stopped}; the same command goes on") from None


def _rates(stage: Stage) -> tuple[float, float]:
    decoder = stage.decoder_learning_rate if isinstance(stage, Learning) else stage.learning_rate
    return stage.learning_rate, decoder


class _Trainer(Trainer):  # type: ignore[misc]
    def __init__(self, *, task: Task, rates: tuple[float, float], **arguments: Any) -> None:
        super().__init__(**arguments)
        self.task, self.rates = task, rates

    def compute_loss(self, model: Any, inputs: dict[str, Any], *_: Any, **__: Any) -> Tensor:
        return self.task.loss(model, inputs)

    def prediction_step(
        self, model: Any, inputs: dict[str, Any], *_: Any, **__: Any
    ) -> tuple[Any, None, None]:
        with torch.no_grad():
            return self.compute_loss(model, self._prepare_inputs(inputs)), None, None

    def create_optimizer(self, *_: Any) -> Any:
        """Two rates: of the decoder, and of all else."""
        own = (self.model.decoder.block, self.model.decoder.final_layer_norm)
        decoder = [weight for part in own for weight in part.parameters()]
        chosen = {id(weight) for weight in decoder}
        rest = [weight for weight in self.model.parameters() if id(weight) not in chosen]
        self.optimizer = torch.optim.AdamW(
            _groups(((rest, self.rates[0]), (decoder, self.rates[1]))), fused=True
        )
        return self.optimizer

    def _get_train_sampler(self, *_: Any) -> SequentialSampler:
        return SequentialSampler(self.train_dataset)


def _groups(parts: Iterable[tuple[list[nn.Parameter], float]]) -> list[dict[str, Any]]:
    return [{"params": weights, "lr": rate, "weight_decay": 0.0} for weights, rate in parts]


def _only(batches: list[dict[str, Any]]) -> dict[str, Any]:
    """The items of the data set are batches already."""
    return batches[0]


def _arguments(stage: Stage, folder: Path, *, bf16: bool) -> TrainingArguments:
    every = min(stage.checkpoint_every, stage.steps)
    return TrainingArguments(
        output_dir=str(folder),
        per_device_train_batch_size=1,
        per_device_eval_batch_size=1,
        max_steps=stage.steps,
        learning_rate=stage.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=max(1, round(_WARMUP * stage.steps)),
        bf16=bf16,
        eval_strategy="steps",
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=1,
        dataloader_pin_memory=False,
        **callbacks.house_settings(stage.steps),
    )

"""TRAINING: transformers' Seq2SeqTrainer under a recipe, right by construction and resumable.

What is ours here and why:
* the loss is the sum over live label tokens divided by their number in the whole optimizer step.
  transformers 5.18 multiplies loss and gradient of every encoder-decoder by the accumulation steps;
* the order of rows depends on seed and epoch alone (`batching.EpochOrder`), so a resumed run reaches
  the weights of an uninterrupted one;
* Ctrl-C ends the current step, writes a checkpoint and says how to go on.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import (
    Adafactor,
    EarlyStoppingCallback,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
)

from workup.pipeline import callbacks, events
from workup.pipeline.batching import EpochOrder, collator
from workup.pipeline.model import Base
from workup.pipeline.tokenization import IGNORED
from workup.recipe import Interval, Recipe, Training

_NOT_FINITE = "lower training.learning_rate, or set training.precision to float32"


@dataclass(frozen=True)
class Fitted:
    """How a training ended: optimizer steps, last training loss, best validation loss (nats per token)."""

    steps: int
    loss: float | None
    best_validation_loss: float | None


def fit(
    base: Base,
    train: list[dict[str, list[int]]],
    validation: list[dict[str, list[int]]],
    recipe: Recipe,
    folder: Path,
    *,
    bf16: bool,
    watch: events.Watch,
    resume: bool = False,
) -> Fitted:
    """Train `base.model` in place; checkpoints go to `folder`.

    Raises:
        Interrupted: Ctrl-C; a checkpoint of the last step is in `folder`.
        SaveError: the disk is full.
        RunError: the loss became NaN or infinite.
    """
    total = total_steps(len(train), recipe)
    trainer = _Trainer(
        recipe=recipe,
        model=base.model,
        args=arguments(recipe, folder, total, validated=bool(validation), bf16=bf16),
        train_dataset=train,
        eval_dataset=validation or None,
        data_collator=collator(base.tokenizer, base.model),
        processing_class=base.tokenizer,
        compute_loss_func=TokenLoss(recipe.training.label_smoothing),
    )
    if recipe.training.early_stopping is not None:
        trainer.add_callback(EarlyStoppingCallback(recipe.training.early_stopping))
    reporter = callbacks.run(trainer, folder, watch, _NOT_FINITE, resume=resume)
    return Fitted(trainer.state.global_step, reporter.loss, reporter.best)


class TokenLoss:
    """Cross-entropy summed over live labels, divided by their number in the whole optimizer step.

    So accumulated batches, and processes, weigh every token equally, as one large batch would.
    """

    def __init__(self, label_smoothing: float) -> None:
        self.label_smoothing = label_smoothing

    def __call__(
        self, outputs: Any, labels: torch.Tensor, num_items_in_batch: torch.Tensor | int | None = None
    ) -> torch.Tensor:
        """`outputs.logits` (B, T, V), `labels` (B, T); returns a scalar in nats per token.

        Labels are smoothed only where a gradient is wanted: a validation loss stays comparable.
        """
        total = torch.nn.functional.cross_entropy(
            outputs.logits.float().flatten(0, 1),
            labels.flatten(),
            ignore_index=IGNORED,
            label_smoothing=self.label_smoothing if outputs.logits.requires_grad else 0.0,
            reduction="sum",
        )
        count = num_items_in_batch if num_items_in_batch is not None else (labels != IGNORED).sum()
        return total / count


class _Trainer(Seq2SeqTrainer):  # type: ignore[misc]
    def __init__(self, *, recipe: Recipe, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.recipe = recipe
        if recipe.training.optimizer == "adafactor":
            self.optimizer_cls_and_kwargs = adafactor(recipe.training)

    def _get_train_sampler(self, train_dataset: Any = None) -> EpochOrder:
        rows = self.train_dataset if train_dataset is None else train_dataset
        by_length = self.recipe.training.batch_order == "by_length"
        return EpochOrder(
            len(rows),
            lengths=[len(row["input_ids"]) for row in rows] if by_length else None,
            group=self.args.train_batch_size * self.args.gradient_accumulation_steps,
            seed=self.recipe.seed,
            epoch=lambda: int(self.state.epoch or 0),
        )


def adafactor(training: Training) -> tuple[type[Adafactor], dict[str, Any]]:
    """Adafactor as T5 was trained with it: steps in proportion to the size of each weight matrix.

    transformers' own `optim="adafactor"` switches this scaling off.
    """
    settings = {"scale_parameter": True, "relative_step": False, "warmup_init": False}
    return Adafactor, {"lr": training.learning_rate, **settings}


def arguments(
    recipe: Recipe, folder: Path, total: int, *, validated: bool, bf16: bool
) -> Seq2SeqTrainingArguments:
    """What transformers is told of a recipe, whose training takes `total` optimizer steps."""
    training = recipe.training
    schedule = "constant_with_warmup" if training.schedule == "constant" else training.schedule
    evaluation = training.evaluate_every if validated else "never"
    return Seq2SeqTrainingArguments(
        output_dir=str(folder),
        per_device_train_batch_size=training.batch_size,
        per_device_eval_batch_size=2 * training.batch_size,
        gradient_accumulation_steps=training.accumulation,
        num_train_epochs=training.epochs,
        learning_rate=training.learning_rate,
        lr_scheduler_type=schedule,
        warmup_steps=warmup_steps(training, total),
        optim="adamw_torch_fused",
        weight_decay=training.weight_decay,
        max_grad_norm=training.max_grad_norm,
        bf16=bf16,
        **_interval("eval", evaluation),
        **_interval("save", training.checkpoint_every),
        save_total_limit=2,
        load_best_model_at_end=training.early_stopping is not None,
        seed=recipe.seed,
        dataloader_pin_memory=torch.cuda.is_available(),
        **callbacks.house_settings(total),
    )


def _interval(kind: str, every: Interval) -> dict[str, Any]:
    if isinstance(every, int):
        return {f"{kind}_strategy": "steps", f"{kind}_steps": every}
    return {f"{kind}_strategy": "no" if every == "never" else "epoch"}


def total_steps(rows: int, recipe: Recipe) -> int:
    """Optimizer steps of the whole training, on as many processes as run here."""
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    batches = math.ceil(rows / (recipe.training.batch_size * processes))
    return math.ceil(recipe.training.epochs * math.ceil(batches / recipe.training.accumulation))


def warmup_steps(training: Training, total: int) -> int:
    """Steps before the peak of the learning rate, of `total` steps."""
    return training.warmup if isinstance(training.warmup, int) else math.ceil(training.warmup * total)

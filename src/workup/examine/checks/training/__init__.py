"""The checks of the stage "training"."""

from __future__ import annotations

from workup.examine.check import Check
from workup.examine.checks.training.best_by_wrong_sign import best_by_wrong_sign
from workup.examine.checks.training.best_not_loadable import best_not_loadable
from workup.examine.checks.training.clipped_every_step import clipped_every_step
from workup.examine.checks.training.divergence import divergence
from workup.examine.checks.training.earlier_task_forgotten import earlier_task_forgotten
from workup.examine.checks.training.evaluation_mode_in_training import evaluation_mode_in_training
from workup.examine.checks.training.few_optimizer_steps import few_optimizer_steps
from workup.examine.checks.training.frozen_weights import frozen_weights
from workup.examine.checks.training.learning_rate_too_high import learning_rate_too_high
from workup.examine.checks.training.learning_rate_too_low import learning_rate_too_low
from workup.examine.checks.training.loss_at_unigram_entropy import loss_at_unigram_entropy
from workup.examine.checks.training.memorised import memorised
from workup.examine.checks.training.optimizer_of_other_weights import optimizer_of_other_weights
from workup.examine.checks.training.schedule_ended import schedule_ended
from workup.examine.checks.training.train_loss_multiple_of_eval_loss import (
    train_loss_multiple_of_eval_loss,
)
from workup.examine.checks.training.warmup_longer_than_run import warmup_longer_than_run

CHECKS: tuple[Check, ...] = (
    few_optimizer_steps,
    warmup_longer_than_run,
    learning_rate_too_low,
    learning_rate_too_high,
    optimizer_of_other_weights,
    frozen_weights,
    divergence,
    loss_at_unigram_entropy,
    schedule_ended,
    best_by_wrong_sign,
    best_not_loadable,
    memorised,
    clipped_every_step,
    train_loss_multiple_of_eval_loss,
    evaluation_mode_in_training,
    earlier_task_forgotten,
)

"""The checks of the stage "input"."""

from __future__ import annotations

from workup.examine.check import Check
from workup.examine.checks.input.contradictory_targets import contradictory_targets
from workup.examine.checks.input.duplicate_rows import duplicate_rows
from workup.examine.checks.input.empty_targets import empty_targets
from workup.examine.checks.input.evaluation_rows_in_training import evaluation_rows_in_training
from workup.examine.checks.input.one_target_dominates import one_target_dominates
from workup.examine.checks.input.pairing_shifted import pairing_shifted
from workup.examine.checks.input.prompt_differs_in_prediction import prompt_differs_in_prediction
from workup.examine.checks.input.sorted_by_target import sorted_by_target
from workup.examine.checks.input.tiny_evaluation import tiny_evaluation

CHECKS: tuple[Check, ...] = (
    empty_targets,
    contradictory_targets,
    one_target_dominates,
    sorted_by_target,
    duplicate_rows,
    evaluation_rows_in_training,
    tiny_evaluation,
    pairing_shifted,
    prompt_differs_in_prediction,
)

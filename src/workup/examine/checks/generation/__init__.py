"""The checks of the stage "generation"."""

from __future__ import annotations

from workup.examine.check import Check
from workup.examine.checks.generation.end_suppressed import end_suppressed
from workup.examine.checks.generation.generating_in_training_mode import generating_in_training_mode
from workup.examine.checks.generation.invalid_generation_config import invalid_generation_config
from workup.examine.checks.generation.length_cap_below_targets import length_cap_below_targets
from workup.examine.checks.generation.length_penalty_prefers import length_penalty_prefers
from workup.examine.checks.generation.mask_missing_in_generation import mask_missing_in_generation
from workup.examine.checks.generation.ngrams_blocked import ngrams_blocked
from workup.examine.checks.generation.repetition_penalised import repetition_penalised
from workup.examine.checks.generation.sampling_by_accident import sampling_by_accident
from workup.examine.checks.generation.settings_in_model_config_ignored import (
    settings_in_model_config_ignored,
)
from workup.examine.checks.generation.teacher_forced_scores import teacher_forced_scores

CHECKS: tuple[Check, ...] = (
    length_cap_below_targets,
    end_suppressed,
    ngrams_blocked,
    repetition_penalised,
    sampling_by_accident,
    generating_in_training_mode,
    mask_missing_in_generation,
    length_penalty_prefers,
    invalid_generation_config,
    settings_in_model_config_ignored,
    teacher_forced_scores,
)

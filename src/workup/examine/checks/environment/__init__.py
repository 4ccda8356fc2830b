"""The checks of the stage "environment"."""

from __future__ import annotations

from workup.examine.check import Check
from workup.examine.checks.environment.accumulation_multiplies_loss import accumulation_multiplies_loss
from workup.examine.checks.environment.fp16_on_t5 import fp16_on_t5
from workup.examine.checks.environment.fp16_weights_with_fp16_argument import (
    fp16_weights_with_fp16_argument,
)
from workup.examine.checks.environment.generation_values_in_model_config import (
    generation_values_in_model_config,
)
from workup.examine.checks.environment.reporting_changed_silently import reporting_changed_silently
from workup.examine.checks.environment.resizing_overwrites_head import resizing_overwrites_head
from workup.examine.checks.environment.untied_saved_by_newer import untied_saved_by_newer
from workup.examine.checks.environment.weights_in_half_precision import weights_in_half_precision

CHECKS: tuple[Check, ...] = (
    accumulation_multiplies_loss,
    weights_in_half_precision,
    fp16_on_t5,
    fp16_weights_with_fp16_argument,
    reporting_changed_silently,
    untied_saved_by_newer,
    resizing_overwrites_head,
    generation_values_in_model_config,
)

"""The checks of the stage "batching"."""

from __future__ import annotations

from workup.examine.check import Check
from workup.examine.checks.batching.collator_of_another_family import collator_of_another_family
from workup.examine.checks.batching.end_masked_with_pads import end_masked_with_pads
from workup.examine.checks.batching.labels_as_decoder_input import labels_as_decoder_input
from workup.examine.checks.batching.labels_shifted_twice import labels_shifted_twice
from workup.examine.checks.batching.mask_ignores_pads import mask_ignores_pads
from workup.examine.checks.batching.no_attention_mask import no_attention_mask
from workup.examine.checks.batching.no_labels import no_labels
from workup.examine.checks.batching.padding_side_left import padding_side_left
from workup.examine.checks.batching.pads_in_inputs_wrong_value import pads_in_inputs_wrong_value
from workup.examine.checks.batching.pads_in_labels import pads_in_labels
from workup.examine.checks.batching.prompt_in_labels import prompt_in_labels
from workup.examine.checks.batching.rows_without_live_labels import rows_without_live_labels
from workup.examine.checks.batching.smoothing_without_model import smoothing_without_model
from workup.examine.checks.batching.text_reaches_collator import text_reaches_collator

CHECKS: tuple[Check, ...] = (
    text_reaches_collator,
    no_labels,
    pads_in_labels,
    end_masked_with_pads,
    labels_as_decoder_input,
    labels_shifted_twice,
    no_attention_mask,
    mask_ignores_pads,
    rows_without_live_labels,
    pads_in_inputs_wrong_value,
    collator_of_another_family,
    smoothing_without_model,
    prompt_in_labels,
    padding_side_left,
)

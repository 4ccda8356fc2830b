"""The checks of the stage "model"."""

from __future__ import annotations

from workup.examine.check import Check
from workup.examine.checks.model.adapter_alters_tied_weights import adapter_alters_tied_weights
from workup.examine.checks.model.adapter_untrained import adapter_untrained
from workup.examine.checks.model.base_weights_everywhere import base_weights_everywhere
from workup.examine.checks.model.embedding_too_small import embedding_too_small
from workup.examine.checks.model.embeddings_not_tied import embeddings_not_tied
from workup.examine.checks.model.first_token_forced import first_token_forced
from workup.examine.checks.model.language_code_missing import language_code_missing
from workup.examine.checks.model.pad_or_end_disagree import pad_or_end_disagree
from workup.examine.checks.model.positions_exceeded import positions_exceeded
from workup.examine.checks.model.pretraining_only_base import pretraining_only_base
from workup.examine.checks.model.reload_changed_weights import reload_changed_weights
from workup.examine.checks.model.start_token_disagrees import start_token_disagrees
from workup.examine.checks.model.weights_not_finite import weights_not_finite
from workup.examine.checks.model.zero_size_or_missing_tensors import zero_size_or_missing_tensors

CHECKS: tuple[Check, ...] = (
    embeddings_not_tied,
    start_token_disagrees,
    pad_or_end_disagree,
    embedding_too_small,
    language_code_missing,
    first_token_forced,
    weights_not_finite,
    base_weights_everywhere,
    adapter_untrained,
    pretraining_only_base,
    positions_exceeded,
    zero_size_or_missing_tensors,
    adapter_alters_tied_weights,
    reload_changed_weights,
)

"""The checks of the stage "tokenization"."""

from __future__ import annotations

from workup.examine.check import Check
from workup.examine.checks.tokenization.added_tokens_beyond_embedding import added_tokens_beyond_embedding
from workup.examine.checks.tokenization.doubled_special_tokens import doubled_special_tokens
from workup.examine.checks.tokenization.empty_tokenizer import empty_tokenizer
from workup.examine.checks.tokenization.no_end_token import no_end_token
from workup.examine.checks.tokenization.numbers_in_pieces import numbers_in_pieces
from workup.examine.checks.tokenization.skipped_tokens_are_meaningful import skipped_tokens_are_meaningful
from workup.examine.checks.tokenization.sources_cut import sources_cut
from workup.examine.checks.tokenization.stale_cached_rows import stale_cached_rows
from workup.examine.checks.tokenization.targets_cut import targets_cut
from workup.examine.checks.tokenization.targets_do_not_survive import targets_do_not_survive
from workup.examine.checks.tokenization.tokenizer_of_another_model import tokenizer_of_another_model
from workup.examine.checks.tokenization.unknown_pieces import unknown_pieces

CHECKS: tuple[Check, ...] = (
    targets_do_not_survive,
    unknown_pieces,
    sources_cut,
    targets_cut,
    no_end_token,
    doubled_special_tokens,
    tokenizer_of_another_model,
    added_tokens_beyond_embedding,
    empty_tokenizer,
    skipped_tokens_are_meaningful,
    stale_cached_rows,
    numbers_in_pieces,
)

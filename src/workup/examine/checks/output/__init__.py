"""The checks of the stage "output"."""

from __future__ import annotations

from workup.examine.check import Check
from workup.examine.checks.output.answers_of_another_row import answers_of_another_row
from workup.examine.checks.output.constant_output import constant_output
from workup.examine.checks.output.cut_outputs import cut_outputs
from workup.examine.checks.output.decoded_with_wrong_options import decoded_with_wrong_options
from workup.examine.checks.output.echo_of_input import echo_of_input
from workup.examine.checks.output.empty_outputs import empty_outputs
from workup.examine.checks.output.first_token_lost import first_token_lost
from workup.examine.checks.output.half_words import half_words
from workup.examine.checks.output.metric_fails_on_gold import metric_fails_on_gold
from workup.examine.checks.output.pad_loop import pad_loop
from workup.examine.checks.output.repetition import repetition
from workup.examine.checks.output.sentinels import sentinels

CHECKS: tuple[Check, ...] = (
    empty_outputs,
    pad_loop,
    sentinels,
    echo_of_input,
    repetition,
    constant_output,
    cut_outputs,
    first_token_lost,
    answers_of_another_row,
    metric_fails_on_gold,
    decoded_with_wrong_options,
    half_words,
)

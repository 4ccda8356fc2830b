"""GEN008"""

from __future__ import annotations

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.generating import Settings, Trial

# One answer in ten decided by a setting is worth knowing.
_SOME = 0.1


@check("GEN008", "generation")
def length_penalty_prefers(settings: Settings, trial: Trial) -> Finding | None:
    """The beam search prefers answers by their length, not by their probability alone.

    What it checks
    With more than one beam, how many first answers to one batch are others than with `length_penalty=0` and
    `early_stopping=False`, which rank answers by their probability itself.

    Why it matters
    The default `length_penalty=1.0` divides the log-probability by the length, which favours long answers;
    `early_stopping=True` takes the first that are complete. Where answers are labels or terms of unequal
    length, the likeliest is then not the first.

    Evidence
    The answers that change, beside the neutral beam search and beside greedy search, and how many are right.

    Example
    For ranking: `num_beams=4, length_penalty=0.0`.

    Remedy
    Set `length_penalty` to 0 where answers are ranked by probability.

    When it is harmless
    In summaries and translation, where the penalty balances that longer texts are less likely.

    Known limits
    One batch of eight rows; a model that has learned little changes its answers more easily.

    Sources
    https://huggingface.co/docs/transformers/main_classes/text_generation, https://arxiv.org/abs/1609.08144
    """
    beams, penalty = settings.value("num_beams"), settings.value("length_penalty")
    early = settings.value("early_stopping")
    if not isinstance(beams, int) or beams < 2 or settings.value("do_sample") is True:
        return None
    if penalty == 0 and early is False:
        return None
    given = {**trial.own_values, "num_beams": beams}
    neutral = trial.answers(**{**given, "length_penalty": 0.0, "early_stopping": False})
    compared = trial.compare(trial.answers(**given), neutral)
    if compared.changed < max(1, _SOME * compared.rows):
        return None
    return Finding(
        Severity.NOTE,
        f"length_penalty={penalty} and early_stopping={early} decide the first answer of "
        f"{compared.changed} of {compared.rows} rows: {compared.right_after:.0%} are right, "
        f"{compared.right_before:.0%} where {beams} beams are ranked by probability alone",
        Remedy(
            "rank by probability where the likeliest answer is wanted",
            change={"generation.length_penalty": 0.0, "generation.early_stopping": False},
            code="model.generation_config.length_penalty = 0.0",
        ),
        {
            **compared.evidence,
            "differ from greedy": trial.compare(neutral).changed,
            "num_beams": beams,
            "length_penalty": penalty,
            "early_stopping": early,
        },
    )

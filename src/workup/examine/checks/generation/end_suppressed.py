"""GEN002"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.generating import Settings, Targets, Trial, ids_of
from workup.examine.symptoms import Frame

# Some targets may be shorter than the rest; where half of them cannot be said, the setting is wrong.
_SOME, _MOST = 0.05, 0.5


@check("GEN002", "generation")
def end_suppressed(
    settings: Settings, frame: Frame, targets: Targets | None = None, trial: Trial | None = None
) -> Finding | None:
    """The end of an answer is forbidden where the targets have it.

    What it checks
    Whether `min_length` or `min_new_tokens` ask for more tokens than targets have, and whether
    `suppress_tokens` or `bad_words_ids` contain the end token.

    Why it matters
    A model that has said its answer must go on talking: the answer is right and rubbish follows, as if the
    model had never learned to end.

    Evidence
    The least number of tokens, the share of targets below it; where a model is at hand, how many of its
    answers to one batch end by themselves without the setting.

    Example
    Wrong: `min_length=30` copied from a summarizer, for answers of one word. Right: `min_length=0`.

    Remedy
    Ask for no least length, or for one that every target has; do not suppress the end token.

    When it is harmless
    Where every answer must be longer than the targets it was trained on.

    Known limits
    Other ways to forbid the end, such as a `logits_processor` of one's own, are not seen.

    Sources
    https://huggingface.co/docs/transformers/main_classes/text_generation
    """
    banned = ids_of(settings.value("suppress_tokens")) | _bad_words(settings.value("bad_words_ids"))
    if frame.ends and frame.ends <= banned:
        names = [name for name in ("suppress_tokens", "bad_words_ids") if settings.value(name)]
        return Finding(
            Severity.ERROR,
            f"the end token {sorted(frame.ends)[0]} is among {' and '.join(names)}: no answer can end",
            Remedy("take the end token out", code=f"model.generation_config.{names[0]} = None"),
            {"end tokens": sorted(frame.ends), "from": settings.said_of(names[0])},
        )
    floor = settings.floor
    if floor <= 0 or targets is None or not targets.ids:
        return None
    lengths = [len(ids) - (ids[-1] in frame.ends) if ids else 0 for ids in targets.ids]
    share = sum(length < floor for length in lengths) / len(lengths)
    if share < _SOME:
        return None
    name = "min_new_tokens" if settings.value("min_new_tokens") is not None else "min_length"
    evidence: dict[str, Any] = {
        **targets.evidence,
        "least tokens": floor,
        "from": settings.said_of(name),
        "share shorter": round(share, 3),
        "median length": sorted(lengths)[len(lengths) // 2],
    }
    told = ""
    if trial is not None:
        early = sum(answer.ended and len(answer.tokens) < floor for answer in trial.neutral)
        evidence |= {"rows tried": len(trial.neutral), "ended earlier without it": early}
        told = f"; without it {early} of {len(trial.neutral)} answers end earlier"
    return Finding(
        Severity.ERROR if share >= _MOST else Severity.WARNING,
        f"no answer may end before {floor} tokens ({name}, from {settings.said_of(name)}), "
        f"but {share:.0%} of the targets are shorter{told}",
        Remedy(
            "ask for no least length",
            change={"generation.min_new_tokens": 0},
            code=f"model.generation_config.{name} = None",
        ),
        evidence,
    )


def _bad_words(value: Any) -> frozenset[int]:
    """The forbidden words of one token; a longer one forbids its last token only after the others."""
    words = value if isinstance(value, list | tuple) else []
    single = [word[0] for word in words if isinstance(word, list | tuple) and len(word) == 1]
    return ids_of(single)

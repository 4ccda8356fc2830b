"""GEN003"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.generating import Settings, Targets, Trial

# One target in a hundred may repeat itself by mistake; where one in five does, repeating belongs to the task.
_FEW, _MANY = 0.01, 0.2


@check("GEN003", "generation")
def ngrams_blocked(settings: Settings, targets: Targets, trial: Trial | None = None) -> Finding | None:
    """Targets say an n-gram again, and the generation forbids that.

    What it checks
    With `no_repeat_ngram_size` above 0: how many targets hold the same n tokens twice. Where a model is at
    hand, its answers to one batch with the rule and without it.

    Why it matters
    A word that comes again is mangled, because its tokens are forbidden the second time: "yellow and yelow".
    n counts tokens, so with 2 a name of two tokens can be said once in a whole answer.

    Evidence
    The share of targets that cannot be said under the rule, one n-gram that comes again, and how many answers
    are right with it and without.

    Example
    Wrong: `no_repeat_ngram_size=2` copied from a summarizer, for lists that name a thing twice. Right: 0.

    Remedy
    Leave the rule out. If a model repeats itself without it, look for the cause of that.

    When it is harmless
    Where no target repeats n tokens, which is not reported: then the rule cannot spoil a right answer.

    Known limits
    `encoder_no_repeat_ngram_size`, which forbids the n-grams of the source, is not looked at. At most 2000
    evenly spread targets and one batch are.

    Sources
    https://github.com/huggingface/transformers/pull/9984; measured on a tiny model, whose exact match fell
    from 1.0 to 0.0 with n = 2; the test of this check repeats it.
    """
    size = settings.value("no_repeat_ngram_size")
    if not isinstance(size, int) or size < 1 or not targets.ids:
        return None
    again = [found for ids in targets.ids if (found := _said_again(ids, size))]
    share = len(again) / len(targets.ids)
    if share < _FEW:
        return None
    evidence: dict[str, Any] = {
        **targets.evidence,
        "no_repeat_ngram_size": size,
        "from": settings.said_of("no_repeat_ngram_size"),
        "targets that repeat": len(again),
        "tokens that come again": list(again[0]),
    }
    told, is_lost = "", False
    if trial is not None and settings.value("do_sample") is not True:
        compared = trial.compare(trial.own, trial.answers(**{**trial.own_values, "no_repeat_ngram_size": 0}))
        evidence |= compared.evidence
        told, is_lost = compared.told, compared.right_after < compared.right_before
    return Finding(
        Severity.ERROR if share > _MANY or is_lost else Severity.WARNING,
        f"no {size} tokens may be said twice (no_repeat_ngram_size, from "
        f"{settings.said_of('no_repeat_ngram_size')}), but {share:.0%} of the targets do so{told}",
        Remedy(
            "leave the rule out",
            change={"generation.no_repeat_ngram_size": 0},
            code="model.generation_config.no_repeat_ngram_size = None",
        ),
        evidence,
    )


def _said_again(ids: Sequence[int], size: int) -> tuple[int, ...]:
    """The first n-gram of the ids that stood before; empty where there is none."""
    seen = set()
    for start in range(len(ids) - size + 1):
        ngram = tuple(ids[start : start + size])
        if ngram in seen:
            return ngram
        seen.add(ngram)
    return ()

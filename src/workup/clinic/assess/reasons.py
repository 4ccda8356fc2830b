"""Why this diagnosis: how its probability moves when words of the input are taken away.

Attention maps do not say what an answer rests on (Jain and Wallace 2019); leaving something out does, for the
very model that answered. Each finding and each measured value that can be read in the input is taken out by
itself, and the input scored again, with the likeliest conditions to choose from. Findings are taken out one
at a time, so two that say the same can both look idle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workup.clinic.assess.assessment import Reason
from workup.clinic.safety import Reading, Words
from workup.evaluation.estimate import Floats

# Nats: less than a tenth more or less likely is not worth a line.
_LEAST = 0.1
# Of the longest inputs only so many pieces are tried; each costs as much as the answer itself.
_MOST = 24


def pieces(reading: Reading) -> list[Words]:
    """The words of every finding and measured value, in the order of the text; overlapping ones as one."""
    spans = sorted(
        (words.start, words.end)
        for words in (*(f.words for f in reading.findings), *(v.words for v in reading.values))
    )
    merged: list[list[int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1][1] = max(end, merged[-1][1])
        else:
            merged.append([start, end])
    return [Words(reading.text[start:end], start, end) for start, end in merged[:_MOST]]


def without(text: str, words: Words) -> str:
    """The text without a piece of it."""
    return " ".join((text[: words.start] + " " + text[words.end :]).split())


def reasons(reading: Reading, log_odds: Callable[[Sequence[str]], Floats]) -> tuple[Reason, ...]:
    """What speaks for the first diagnosis and what against it, the strongest first.

    Args:
        log_odds: (N,) of the first diagnosis, in nats, given N inputs.
    """
    told = pieces(reading)
    if not told:
        return ()
    whole, *left = log_odds([reading.text, *(without(reading.text, words) for words in told)])
    found = [
        Reason(words.text, words.start, words.end, round(float(whole - rest), 3))
        for words, rest in zip(told, left, strict=True)
        if abs(whole - rest) >= _LEAST
    ]
    return tuple(sorted(found, key=lambda reason: -abs(reason.effect)))

"""The template behind a text: what is left when everything that could fill a slot is taken out."""

from __future__ import annotations

import re

# English function words. What is none of them, and no label before a colon, could fill a slot.
_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a about after again against all also although am an and any are as at be because been before
        being below between both but by can cannot could did do does down during each either else
        ever every few for from had has have he her here hers him his how however i if in into is it
        its itself just like may me might mine more most much must my myself neither never no nor
        not now of off on once one only or other our out over own per rather same shall she should
        since so some still such than that the their them then there these they this those though
        through to too under until up upon us very was we were what when where whether which while
        who whom whose why will with within without would yet you your
        """,
    )
)
_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*:?|\d+(?:[.,/]\d+)*|[.:;?!()]")
_MARKS = frozenset(".:;?!()")
_SLOT = "_"
# Fewer words than this are shared by chance: "_ with _ and _."
_LEAST_WORDS = 5


def frame(text: str) -> str | None:
    """The text with every content word, number and list made one slot; None where too little remains.

    "Symptoms: fever, cough. CRP: 67 mg/L. What is the diagnosis?" gives
    "symptoms: _ . crp: _ . what is the _ ?". Two texts of one frame were most likely made from one
    template. English only: other languages have other function words.
    """
    kept: list[str] = []
    words = 0
    for token in _TOKEN.findall(text.lower()):
        if token in _MARKS:
            kept.append(token)
        elif token in _FUNCTION_WORDS or token[-1] == ":":
            kept.append(token)
            words += 1
        elif not kept or kept[-1] != _SLOT:
            kept.append(_SLOT)
    return " ".join(kept) if words >= _LEAST_WORDS else None

"""Changes to the text of a case by a click: a finding denied, affirmed, taken out or added.

What the model reads is the text, so a click changes the text, and the clinician sees how. Language has many
ways to say and to deny; no rule of replacement knows them all. So each change is tried in several ways, each
result is read again, and the first is taken that says what was meant and leaves all else as it was.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Literal, get_args

from workup.clinic.safety import Words, read
from workup.clinic.safety.reading import Status
from workup.errors import DataError, nearest
from workup.serve.page.findings import chips

Change = Literal["deny", "affirm", "remove", "add", "exclude"]
# Words before a finding that fall with it: what denies it, doubts it, or only leads to it.
_CUE = re.compile(
    r"\b(?:(?:no(?: signs? of)?|not|without|denies|nor|possible|suspected|an?|the)\s+)+$", re.IGNORECASE
)
_GAPS = [
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        (r"[ \t]+", " "),
        (r" (?=[,;.!?])", ""),
        (r"\b(?:and|or|with|an?|the)(?=[,;.!?])", ""),
        (r"\b(no|denies|without|with),", r"\1"),
        (r" (?=[,;.!?])", ""),
        (r"[,;\s]*[,;](?=[,;.!?])", ""),
        (r"([.!?])\s*[,;.!?]", r"\1"),
        (r"^[\s,;.!?]+", ""),
    )
]
_SAID = Counter[tuple[str, Status]]


def edited(text: str, order: str) -> str:
    """The text after one change.

    Args:
        order: "deny:12:17", "affirm:12:17" or "remove:12:17" for the chip with these words (`Chip.place`);
            "add:neck stiffness" or "exclude:neck stiffness" for a finding that the text says nothing of.

    Raises:
        DataError: the order is none of these, or the text has no chip there.
    """
    change, _, what = order.partition(":")
    if change not in get_args(Change):
        raise DataError(f"{change!r} is no change to a case; {nearest(change, get_args(Change))}")
    if change in ("add", "exclude"):
        if not what.strip():
            raise DataError(f"{order!r} names no finding; give {change}:FINDING")
        return _with_sentence(text, what if change == "add" else f"no {what}")
    found = {chip.place: chip for chip in chips(read(text))}
    if what not in found:
        raise DataError("the text has been changed since these findings were read; ask again first")
    chip = found[what]
    if change != "remove" and chip.kind != "finding":
        raise DataError(f"{chip.shown!r} is no finding that a patient has or has not; it can only be removed")
    meant = _said(text)
    meant[chip.name, chip.status] -= 1
    if change != "remove":
        meant[chip.name, "absent" if change == "deny" else "present"] += 1
    tried = list(_ways(text, chip.words, change))
    return next((one for one in tried if _said(one) == +meant), tried[-1])


def _ways(text: str, words: Words, change: str) -> Iterator[str]:
    """The text changed in one way after another; the last is sure to say it, though perhaps too much."""
    before, after = text[: words.start], text[words.end :]
    cue = _CUE.search(before)
    lead = before[: cue.start()] if cue else before
    left = (_tidy(lead + after), _tidy(before + after))
    if change == "remove":
        yield from left
        return
    said = f"no {words.text}" if change == "deny" else words.text
    yield lead + said + after
    yield from (_with_sentence(one, said) for one in left)


def _said(text: str) -> _SAID:
    """Every chip's finding with its status, counted."""
    return Counter((chip.name, chip.status) for chip in chips(read(text)))


def _with_sentence(text: str, sentence: str) -> str:
    """The text with a sentence more; on a list of findings, with an entry more."""
    body = text.rstrip()
    if body and body[-1] not in ".!?":
        # A list of findings goes on as a list, running text ends its sentence.
        if not re.search(r"[.!?]\s", body) and "," in body:
            return f"{body}, {sentence}"
        body += "."
    return f"{body} {sentence[:1].upper()}{sentence[1:]}.".strip()


def _tidy(text: str) -> str:
    """The text without what a gap leaves behind: doubled commas and spaces, and sentences of nothing."""
    for pattern, instead in _GAPS:
        text = pattern.sub(instead, text)
    return text.strip(" ,;")

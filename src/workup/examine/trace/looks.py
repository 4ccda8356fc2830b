"""What an answer looks like, in words."""

from __future__ import annotations

from collections.abc import Sequence

from workup.examine.symptoms import (
    Frame,
    begins_with_sentinel,
    echo_share,
    ends_inside_word,
    is_cut,
    is_empty,
    is_pad_loop,
    lost_beginning,
    repetition_share,
    said,
)

# A healthy answer quotes and repeats too; one that does little else is an echo, or a loop.
_MOSTLY = 0.5


def looks_like(
    text: str, ids: Sequence[int], source: str, target: str | None, frame: Frame
) -> tuple[str, ...]:
    """Everything that can be seen of a wrong answer, or of one that nobody can judge."""
    found = []
    if is_pad_loop(ids, frame):
        found.append("a loop of pads")
    elif is_empty(text):
        found.append("nothing at all")
    if begins_with_sentinel(text):
        found.append("a model that fills gaps, as T5 was pretrained to")
    if echo_share(text, source) > _MOSTLY:
        found.append("an echo of the source")
    if repetition_share(said(ids, frame).tokens) > _MOSTLY and not is_pad_loop(ids, frame):
        found.append("a loop")
    if target is not None and is_cut(text, target):
        inside = ", inside a word" if ends_inside_word(text, target) else ""
        found.append(f"the beginning of the target{inside}")
    if target is not None and (lost := lost_beginning(text, target)):
        found.append(f"the target without its beginning {lost!r}")
    return tuple(found)

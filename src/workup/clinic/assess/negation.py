"""Negated findings made words of their own, so that "no flank pain" does not count as flank pain.

The words of a negated phrase get a mark, as in text classification since Das and Chen (2001): whoever counts
words then counts "not_flank" and learns what it speaks for.
"""

from __future__ import annotations

import re

from workup.clinic.safety import read

_MARK = "not_"
_WORD = re.compile(r"\w+")


def marked(text: str) -> str:
    """The text with a mark on every word of a finding that it says is absent.

    A danger sign whose words stand apart, with a finding that is there between them, marks nothing.
    """
    findings = read(text).findings
    there = {(m.words.start, m.words.end) for m in findings if m.status == "present"}
    denied = {(m.words.start, m.words.end) for m in findings if m.status == "absent"} - there
    spans = sorted(
        (span for span in denied if not any(span[0] <= start and end <= span[1] for start, end in there)),
        reverse=True,
    )
    reached = len(text)
    for start, end in spans:
        end = min(end, reached)
        if start < end:
            text = text[:start] + _WORD.sub(lambda word: _MARK + word.group(), text[start:end]) + text[end:]
            reached = start
    return text

"""A case as one English paragraph, in the manner of the case book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def paragraph(who: str, sections: Mapping[str, Sequence[str]], statements: Sequence[str] = ()) -> str:
    """`who`, the sections that hold something ("History: a; b."), then each statement as a sentence."""
    listed = [
        f"{title}: {'; '.join(dict.fromkeys(items))}" for title, items in sections.items() if any(items)
    ]
    return " ".join(_sentence(part) for part in (who, *listed, *dict.fromkeys(statements)) if part)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")

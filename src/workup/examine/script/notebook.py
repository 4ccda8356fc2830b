"""Puts changed cells back into the text of a notebook, of which every other byte stays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

_SPACE = re.compile(r"[\s,:]*")
_READ = json.JSONDecoder().raw_decode


def with_sources(content: str, sources: Mapping[int, str]) -> str:
    """The notebook with new text in some of its cells.

    Args:
        content: a notebook of format 4.
        sources: the new text of a cell, by its number among all cells, from 1.
    """
    cells = dict(_members(content, content.index("{")))["cells"]
    spans = {}
    for number, (start, _) in enumerate(_elements(content, cells[0]), 1):
        if number in sources:
            spans[number] = dict(_members(content, start))["source"]
    for number, (start, end) in sorted(spans.items(), reverse=True):
        content = content[:start] + _like(content[start:end], sources[number], content) + content[end:]
    return content


def _like(old: str, source: str, content: str) -> str:
    """The JSON of a cell's text, written as the one before was: one string, or a list with a line each."""
    ascii_only = content.isascii()
    if not old.startswith("["):
        return json.dumps(source, ensure_ascii=ascii_only)
    between = re.match(r"\[(\s*)", old)
    before = between.group(1) if between else ""
    after = old[len(old.rstrip("]").rstrip()) : -1]
    lines = [json.dumps(line, ensure_ascii=ascii_only) for line in source.splitlines(keepends=True)]
    return f"[{before}" + f",{before or ' '}".join(lines) + f"{after}]"


def _members(text: str, at: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """The keys of the object that begins at a place, each with where its value begins and ends."""
    at = _after_space(text, at + 1)
    while text[at] != "}":
        key, at = _READ(text, at)
        start = _after_space(text, at)
        _, end = _READ(text, start)
        yield key, (start, end)
        at = _after_space(text, end)


def _elements(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Where each element of the list that begins at a place begins and ends."""
    at = _after_space(text, at + 1)
    while text[at] != "]":
        _, end = _READ(text, at)
        yield at, end
        at = _after_space(text, end)


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at

"""A folder of text as distinct passages of some sentences each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from workup.data.readers import READERS, read_json_lines, read_lines
from workup.data.rows import Row
from workup.errors import DataError, nearest

# Passages of up to so many words: with a tokenizer of 12,000 pieces some 130 ids, half of what MiniLM reads.
_WORDS = 90
_TEXT = (".txt", ".md")
_READERS = {".jsonl.gz": read_json_lines, **READERS}
# Files that speak of the texts.
_NOTES = ("license", "licence", "notice", "readme", "source")
# A cell of fewer words is a name, a number or a label.
_LEAST_WORDS = 5
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


def passages(folder: Path) -> Iterator[str]:
    """Every distinct passage of the folder's files, in the order of their names.

    Read are .txt and .md files, and every cell of some words in .jsonl, .jsonl.gz, .csv, .tsv and .parquet
    files. Files called LICENSE, NOTICE, README or SOURCE are passed over.

    Raises:
        DataError: there is no such folder, nothing to read in it, or a file is broken.
    """
    if not folder.is_dir():
        siblings = [str(path) for path in folder.parent.glob("*") if path.is_dir()]
        raise DataError(f"there is no folder {folder}; {nearest(str(folder), siblings)}")
    seen: set[int] = set()
    for file in sorted(folder.rglob("*")):
        for text in _texts(file):
            for passage in split(text):
                key = hash(passage)
                if key not in seen:
                    seen.add(key)
                    yield passage
    if not seen:
        raise DataError(f"{folder} holds no text: {', '.join((*_TEXT, *_READERS))} files are read")


def split(text: str, words: int = _WORDS) -> Iterator[str]:
    """Successive whole sentences of up to so many words in all; a longer sentence is cut."""
    passage: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        rest = sentence.split()
        if passage and len(passage) + len(rest) > words:
            yield " ".join(passage)
            passage = []
        while len(rest) > words:
            yield " ".join(rest[:words])
            rest = rest[words:]
        passage += rest
    if passage:
        yield " ".join(passage)


def _texts(file: Path) -> Iterator[str]:
    name = file.name.lower()
    if not file.is_file() or name.partition(".")[0] in _NOTES:
        return
    if name.endswith(_TEXT):
        yield "".join(read_lines(file))
        return
    for reader in (reader for ending, reader in _READERS.items() if name.endswith(ending)):
        for record in reader(file):
            if not isinstance(record, Row):
                raise DataError(str(record))
            yield from _cells(record.values)


def _cells(values: Mapping[str, object]) -> Iterator[str]:
    for value in values.values():
        if isinstance(value, str) and len(value.split()) >= _LEAST_WORDS:
            yield value

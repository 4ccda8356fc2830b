"""Which text became which ids, so that rows of ids can be read as the text they were made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, overload

from workup.examine.subject import Pair

# About 200 MB at the very most; what comes later is decoded instead.
_MOST_CHARACTERS = 50_000_000


class Texts:
    """The texts that tokenizers were given, by a fingerprint of the ids they made of them.

    Pads and ignored labels at the ends do not count, so that a row is found again however it was padded;
    neither does the first id, unless another text is left without it.
    """

    def __init__(self, most_characters: int = _MOST_CHARACTERS) -> None:
        self._texts: dict[int, str] = {}
        self._beheaded: dict[int, str] = {}
        self._room = most_characters

    def remember(self, texts: Any, ids: Any, pad: int | None) -> None:
        """A text and its ids, or several of each; anything else is left alone."""
        if self._room <= 0:
            return
        several = [texts] if isinstance(texts, str) else texts
        rows = id_rows(ids)
        if not isinstance(several, Sequence) or len(several) != len(rows):
            return
        for text, row in zip(several, rows, strict=True):
            if isinstance(text, str):
                self._room -= len(text)
                self._texts.setdefault(fingerprint(row, pad), text)
                self._beheaded.setdefault(fingerprint(row[1:], pad), text)

    def of(self, ids: Sequence[int], tokenizer: Any) -> str:
        """The text of these ids; where nobody tokenized it before our eyes, what they decode to."""
        pad = getattr(tokenizer, "pad_token_id", None)
        key = fingerprint(ids, pad)
        known = self._texts.get(key, self._beheaded.get(key))
        return decoded(ids, tokenizer) if known is None else known


class RowTexts(Sequence[Pair]):
    """Rows of ids as pairs of texts, each read when it is asked for."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], texts: Texts, tokenizer: Any) -> None:
        self._rows, self._texts, self._tokenizer = rows, texts, tokenizer
        self._read: dict[int, Pair] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Pair: ...
    @overload
    def __getitem__(self, at: slice) -> list[Pair]: ...
    def __getitem__(self, at: int | slice) -> Pair | list[Pair]:
        if isinstance(at, slice):
            return [self[position] for position in range(*at.indices(len(self)))]
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        if at not in self._read:
            row = self._rows[at]
            source, target = (
                self._texts.of(id_rows(row[name])[0], self._tokenizer) for name in ("input_ids", "labels")
            )
            self._read[at] = Pair(source, target)
        return self._read[at]


def as_texts(rows: Sequence[Mapping[str, Any]] | None, texts: Texts, tokenizer: Any) -> Sequence[Pair] | None:
    """The rows as text; None where there are none, or they do not hold ids."""
    if not rows or tokenizer is None:
        return None
    first = rows[0]
    if not all(len(id_rows(first.get(name))) == 1 for name in ("input_ids", "labels")):
        return None
    return RowTexts(rows, texts, tokenizer)


def decoded(ids: Sequence[int], tokenizer: Any) -> str:
    """What ids decode to, without special tokens."""
    text: str = tokenizer.decode([one for one in ids if one >= 0], skip_special_tokens=True)
    return text


def id_rows(ids: Any) -> list[list[int]]:
    """One row of ids, or several, of whatever kind they are, as lists; empty for anything else."""
    plain = ids.tolist() if hasattr(ids, "tolist") else ids
    if not isinstance(plain, list | tuple) or not plain:
        return []
    if isinstance(plain[0], int):
        return [list(plain)]
    rows = [row.tolist() if hasattr(row, "tolist") else row for row in plain]
    # A row of ids is known by its first: they are many, and this is done for every text of a data set.
    if all(isinstance(row, list | tuple) and (not row or isinstance(row[0], int)) for row in rows):
        return [list(row) for row in rows]
    return []


def fingerprint(ids: Sequence[int], pad: int | None) -> int:
    """A number that two rows share when they differ only in pads and negative ids at their ends."""
    first, last = 0, len(ids)
    while first < last and (ids[first] == pad or ids[first] < 0):
        first += 1
    while first < last and (ids[last - 1] == pad or ids[last - 1] < 0):
        last -= 1
    return hash(tuple(ids[first:last]))

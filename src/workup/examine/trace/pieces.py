"""Ids as pieces that a person can see: white space, control characters and special tokens included."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from workup.examine.trace.trace import Cell, Kind, Line
from workup.pipeline.tokenization import IGNORED

_PICTURES = 0x2400  # Unicode's pictures of the control characters begin here
_LONGEST = 300  # characters of a text on a page
_COOL, _HOT = 0.05, 4.0  # nats: losses below and above which all look alike


class Pieces:
    """The pieces of a tokenizer."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        self.pad = getattr(tokenizer, "pad_token_id", None)
        self.unknown = getattr(tokenizer, "unk_token_id", None)
        self.special = frozenset(getattr(tokenizer, "all_special_ids", ()) or ())
        decoder = getattr(getattr(tokenizer, "backend_tokenizer", None), "decoder", None)
        self._bytes = decoder if type(decoder).__name__ == "ByteLevel" else None

    def text(self, token: int) -> str:
        """One piece; a space before a word is ▁, a line break ␤."""
        if token == IGNORED:
            return "·"
        try:
            piece = self.tokenizer.convert_ids_to_tokens(int(token))
        except (IndexError, OverflowError, TypeError):
            piece = None
        if piece is None:
            return f"?{token}"
        piece = piece.decode(errors="replace") if isinstance(piece, bytes) else str(piece)
        return visible(self._of_bytes(piece).replace(" ", "▁")) or "∅"

    def kind(self, token: int) -> Kind:
        """What sort of token it is."""
        if token == IGNORED:
            return "ignored"
        if token == self.pad:
            return "pad"
        if token == self.unknown:
            return "unknown"
        return "special" if token in self.special else "text"

    def line(self, name: str, ids: Sequence[int]) -> Line:
        """The pieces of a sequence."""
        return Line(name, tuple(Cell(self.text(token), self.kind(token)) for token in ids))

    def ids(self, name: str, ids: Sequence[int]) -> Line:
        """The ids themselves."""
        return Line(name, tuple(Cell(str(token), "number", token) for token in ids))

    def named(self, token: Any) -> str:
        """An id with its piece: "1 </s>"."""
        return f"{token} {self.text(token)}" if isinstance(token, int) else "none"

    def _of_bytes(self, piece: str) -> str:
        """What a byte-level piece says; half a character stays as the vocabulary writes it."""
        if self._bytes is None:
            return piece
        text = str(self._bytes.decode([piece]))
        return piece if "\ufffd" in text else text


def visible(text: str) -> str:
    """The text with a sign in place of every character that would not be seen, or would steer a terminal."""
    return "".join(map(_sign, text))


def shortened(text: str) -> str:
    """A visible text for a page: a long one without its end."""
    shown = visible(text[:_LONGEST])
    return shown if len(text) <= _LONGEST else f"{shown} … ({len(text)} characters)"


def _sign(character: str) -> str:
    if character == "\n":
        return "␤"
    code = ord(character)
    if code < 0x20:
        return chr(_PICTURES + code)
    if code == 0x7F:
        return "␡"
    if character == " " or character.isprintable():
        return character
    if unicodedata.category(character) == "Zs":
        return "␣"
    return f"\\u{code:04x}"


def losses(name: str, values: Sequence[float | None]) -> Line:
    """Nats a token; None: not counted. The hotter, the less was it expected."""
    return Line(name, tuple(_loss(value) for value in values))


def _loss(value: float | None) -> Cell:
    if value is None:
        return Cell("·", "ignored")
    heat = 0.0 if value <= _COOL else value / _HOT if value < _HOT else 1.0
    return Cell(f"{value:.2f}", "number", value, heat)


def shares(name: str, values: Sequence[float | None]) -> Line:
    """Probabilities as percentages; None: there is none."""
    return Line(
        name,
        tuple(Cell("", "ignored") if v is None else Cell(percent(v), "number", v) for v in values),
    )


def percent(value: float) -> str:
    """A probability, short: "<1%", "37%", ">99%"."""
    if 0 < value < 0.01:
        return "<1%"
    return ">99%" if 0.99 < value < 1 else f"{value:.0%}"

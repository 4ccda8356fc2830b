"""What the tokenizer makes of the rows as text, beside the ids that are stored for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workup.examine.measurements.texts import Texts, plain, sample_of
from workup.pipeline.tokenization import IGNORED

Ids = tuple[int, ...]


@dataclass(frozen=True)
class Pieces:
    """The ids of the sampled training rows, without the special tokens that the tokenizer adds."""

    sources: tuple[Ids, ...]
    targets: tuple[Ids, ...]
    texts: Texts


def pieces(tokenizer: Any, train_texts: Texts) -> Pieces:
    """The texts of the sampled rows through the tokenizer, nothing added and nothing cut."""
    more = {"add_special_tokens": False, "verbose": False}
    return Pieces(
        _ids(tokenizer, more, text=list(train_texts.sources)),
        _ids(tokenizer, more, text_target=list(train_texts.targets)),
        train_texts,
    )


def _ids(tokenizer: Any, more: Mapping[str, Any], **texts: list[str]) -> tuple[Ids, ...]:
    if not any(texts.values()):
        return ()
    return tuple(tuple(ids) for ids in tokenizer(**texts, **more)["input_ids"])


@dataclass(frozen=True)
class Unknown:
    """How much of the sampled texts is unknown to the tokenizer, 0 to 1; 0 where it has no such token."""

    sources: float
    targets: float
    source_rows: int
    target_rows: int

    @property
    def nearly_all(self) -> bool:
        """Whether the tokenizer reads next to nothing: half of all pieces of words are unknown."""
        return max(self.sources, self.targets) >= 0.4


def unknown(tokenizer: Any, pieces: Pieces) -> Unknown:
    """The share of unknown pieces; rows that have the unknown token written out in them are left out."""
    token, number = getattr(tokenizer, "unk_token", None), getattr(tokenizer, "unk_token_id", None)
    if token is None or number is None:
        return Unknown(0.0, 0.0, 0, 0)

    def share(rows: Sequence[Ids], texts: Sequence[str]) -> tuple[float, int]:
        some = [ids for ids, text in zip(rows, texts, strict=True) if token not in text]
        total = sum(map(len, some))
        count = sum(ids.count(number) for ids in some)
        return (count / total if total else 0.0), sum(number in ids for ids in some)

    sources, source_rows = share(pieces.sources, pieces.texts.sources)
    targets, target_rows = share(pieces.targets, pieces.texts.targets)
    return Unknown(sources, targets, source_rows, target_rows)


@dataclass(frozen=True)
class Stored:
    """A sampled row: the ids stored for it and those its text has now, special tokens at the ends left out.

    `length` is that of the stored source with its special tokens, without pads.
    """

    position: int
    source: Ids
    length: int
    labels: Ids
    own_source: Ids
    own_target: Ids


def stored(
    train_rows: Sequence[Mapping[str, Any]], train_pairs: Sequence[Any], tokenizer: Any
) -> tuple[Stored, ...]:
    """Stored ids beside those of the same rows as text; their number must be the same."""
    if len(train_rows) != len(train_pairs):
        raise ValueError(f"there are {len(train_rows)} rows of ids and {len(train_pairs)} of text")
    texts = sample_of(train_pairs)
    own = pieces(tokenizer, texts)
    ends = special_ids(tokenizer)
    found = []
    for position, source, target in zip(texts.positions, own.sources, own.targets, strict=True):
        row = train_rows[position]
        if "input_ids" not in row or "labels" not in row:
            continue
        ids = live(row["input_ids"], tokenizer, row.get("attention_mask"))
        body, labels = strip(ids, ends), strip(live(row["labels"], tokenizer), ends)
        found.append(Stored(position, body, len(ids), labels, strip(source, ends), strip(target, ends)))
    return tuple(found)


def special_ids(tokenizer: Any) -> frozenset[int]:
    """The ids that may stand at the ends of any row: end, begin and their like, language codes too."""
    unknown_id = getattr(tokenizer, "unk_token_id", None)
    return frozenset(one for one in getattr(tokenizer, "all_special_ids", ()) if one != unknown_id)


def live(ids: Any, tokenizer: Any, mask: Any = None) -> Ids:
    """Ids of a row without what is ignored and without pads at either end."""
    kept = [int(one) for one in ids]
    if mask is not None and len(mask) == len(kept):
        kept = [one for one, seen in zip(kept, mask, strict=True) if int(seen)]
    kept = [one for one in kept if one != IGNORED]
    pad = getattr(tokenizer, "pad_token_id", None)
    if pad is None or pad == getattr(tokenizer, "eos_token_id", None):
        return tuple(kept)
    return strip(tuple(kept), frozenset({pad}))


def strip(ids: Ids, ends: frozenset[int]) -> Ids:
    """Ids without those of `ends` that stand first or last."""
    first, last = 0, len(ids)
    while first < last and ids[first] in ends:
        first += 1
    while last > first and ids[last - 1] in ends:
        last -= 1
    return ids[first:last]


def contains(ids: Ids, some: Ids) -> bool:
    """Whether `some` stand in `ids` one after the other."""
    size = len(some)
    return any(ids[start : start + size] == some for start in range(len(ids) - size + 1))


def readable(tokenizer: Any, ids: Ids) -> str:
    """Ids as text, white space made plain."""
    return plain(tokenizer.decode(list(ids), skip_special_tokens=True))


MEASUREMENTS = (pieces, unknown, stored)

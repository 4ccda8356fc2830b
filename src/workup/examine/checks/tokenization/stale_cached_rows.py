"""TOK011"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.tokens import Stored, readable

# Fewer rows, or a smaller share of them, may have been changed by hand.
_ROWS, _FEW = 3, 0.01
# Decoding costs more than encoding; a stale cache shows in any few rows.
_LOOKED_AT = 300


@dataclass(frozen=True)
class _Row:
    """A row as text: what is stored and what the text gives now."""

    position: int
    source: str
    own_source: str
    labels: str
    own_target: str

    @property
    def belongs(self) -> bool:
        """Whether the stored source is that of the row: more may stand around it, and it may be cut."""
        return _alike(self.source, self.own_source)

    @property
    def differs(self) -> bool:
        """Whether the labels say something else than the target."""
        return bool(self.labels) and not _alike(self.labels, self.own_target)


@check("TOK011", "tokenization")
def stale_cached_rows(stored: tuple[Stored, ...], tokenizer: Any) -> Finding | None:
    """Stored rows are not what their text gives now.

    What it checks
    Whether the labels of a row, read as text, are the row's target. Only rows whose source is as it should be
    are judged; a target that is cut, or has a frame around it, is the same target.

    Why it matters
    A data set's cache can be older than the preprocessing: `map` does not notice that an imported function
    was changed. The training then goes on with the old rows, and no correction has an effect.

    Evidence
    How many rows differ, and one of them as it is stored and as it would be now.

    Example
    Wrong: editing `prepare` in a module of yours and calling `rows.map(prepare)` again. Right:
    `rows.map(prepare, load_from_cache_file=False)`.

    Remedy
    Make the rows anew without the cache.

    When it is harmless
    When the text given to this examination is not what the rows were made of.

    Known limits
    A changed prompt, length or order is not told as stale. At most 300 rows are looked at.

    Sources
    https://github.com/huggingface/datasets/issues/3297
    """
    step = max(1, len(stored) // _LOOKED_AT)
    rows = [_read(row, tokenizer) for row in stored[::step][:_LOOKED_AT]]
    judged = [row for row in rows if row.belongs]
    differing = [row for row in judged if row.differs]
    if len(differing) < _ROWS or len(differing) <= _FEW * len(judged) or _out_of_order(differing, rows):
        return None
    first = differing[0]
    cased = all(_alike(row.labels.casefold(), row.own_target.casefold()) for row in differing)
    told = ", in upper and lower case only" if cased else ""
    return Finding(
        Severity.NOTE if cased else Severity.WARNING,
        f"{len(differing)} of {len(judged)} stored rows have other labels than their text gives now{told}: "
        f"{first.labels[:60]!r} where {first.own_target[:60]!r} is expected",
        Remedy("make the rows anew without the cache", code="rows.map(prepare, load_from_cache_file=False)"),
        {
            "rows that differ": len(differing),
            "rows compared": len(judged),
            "row": first.position,
            "stored": first.labels[:200],
            "now": first.own_target[:200],
        },
    )


def _read(row: Stored, tokenizer: Any) -> _Row:
    ids = (row.source, row.own_source, row.labels, row.own_target)
    return _Row(row.position, *(readable(tokenizer, one) for one in ids))


def _alike(stored: str, own: str) -> bool:
    """Whether one text holds the other, or the stored one ends within the other because it was cut."""
    if not stored or not own:
        return stored == own
    return stored in own or own in stored or _begins(stored, own)


def _begins(stored: str, own: str) -> bool:
    """Whether the stored text ends with a beginning of the other: a prompt, then a text that was cut."""
    start = stored.find(own[: max(8, len(own) // 4)])
    return start >= 0 and own.startswith(stored[start:])


def _out_of_order(differing: Sequence[_Row], rows: Sequence[_Row]) -> bool:
    """Whether the labels are targets of other rows: then it is the pairing that is wrong, not the cache."""
    targets = {row.own_target for row in rows}
    return 2 * sum(row.labels in targets for row in differing) > len(differing)

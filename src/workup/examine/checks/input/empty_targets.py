"""INP001"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.batches import ids
from workup.examine.measurements.sampling import spread_positions

# What pandas and NumPy make of a missing cell when it is turned into text. A lower-case "none" or "null"
# is left out: people write these as answers.
_WRITTEN = frozenset({"nan", "NaN", "<NA>", "NaT", "None"})
# Where most of the answers are nothing, nothing is what the model learns to say.
_MOST = 0.5
# "None" among so few different answers may be one of them, if another is one capitalised word too.
_CLASSES = 20


@check("INP001", "input")
def empty_targets(
    train_pairs: Sequence[Any], train_rows: Sequence[Mapping[str, Any]] | None = None
) -> Finding | None:
    """Targets are empty, or are a missing value written out as text.

    What it checks
    Whether the target of a training row is empty, is no text at all (None, NaN), or is one of the words that
    a missing cell turns into: "nan", "NaN", "<NA>", "NaT", "None".

    Why it matters
    The model learns what stands there: to end at once, or to write "nan".

    Evidence
    How many targets of each kind, among how many rows, and the position of the first.

    Example
    Wrong: `[str(answer) for answer in frame["answer"]]`, which makes "nan" of an empty cell. Right:
    `frame.dropna(subset=["answer"])` first.

    Remedy
    Drop these rows before anything is turned into text, or fill in their answer.

    When it is harmless
    When nothing is the right answer, as where there is nothing to extract. "None" may be the name of a class:
    nothing is said where there are few different targets and another one is a capitalised word too.

    Known limits
    Other words for nothing, such as "n/a" or "unknown", are taken for answers. At most 2000 evenly spread
    rows are looked at. Rows whose labels are all ignored are left to BAT009.

    Sources
    https://pandas.pydata.org/docs/user_guide/missing_data.html
    """
    positions = [
        position for position in spread_positions(len(train_pairs)) if not _ignored(train_rows, position)
    ]
    targets = [getattr(train_pairs[position], "target", "") for position in positions]
    kinds = [_kind(target) for target in targets]
    found = Counter(kind for kind in kinds if kind)
    if not found:
        return None
    if set(found) == {"'None'"} and _is_a_class(set(map(str, targets))):
        return None
    share = found.total() / len(targets)
    first = next(position for position, kind in zip(positions, kinds, strict=True) if kind)
    listed = ", ".join(f"{count} {kind}" for kind, count in found.most_common())
    return Finding(
        Severity.ERROR if share > _MOST else Severity.WARNING,
        f"{found.total()} of {len(targets)} training targets ({share:.1%}) hold nothing: {listed}",
        Remedy(
            "drop the rows without an answer before they are turned into text",
            code='frame = frame.dropna(subset=["target"])',
        ),
        {**found, "share": round(share, 4), "rows looked at": len(targets), "first row": first},
    )


def _ignored(rows: Sequence[Mapping[str, Any]] | None, position: int) -> bool:
    """Whether all labels of a row are masked."""
    labels = ids(rows[position].get("labels")) if rows is not None and position < len(rows) else []
    return bool(labels) and all(label < 0 for label in labels)


def _is_a_class(targets: set[str]) -> bool:
    """Whether "None" is written like other targets, of which there are few."""
    return len(targets) <= _CLASSES and any(
        target.isalpha() and target.istitle() for target in targets - {"None"}
    )


def _kind(target: Any) -> str:
    """What kind of nothing a target is; empty where it is something."""
    if target is None or (isinstance(target, float) and math.isnan(target)):
        return "no text"
    if not isinstance(target, str):
        return ""
    word = target.strip()
    return "empty" if not word else f"{word!r}" if word in _WRITTEN else ""

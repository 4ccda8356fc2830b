"""INP001"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.sampling import spread_positions

# What pandas and NumPy make of a missing cell when it is turned into text. A lower-case "none" or "null"
# is left out: people write these as answers.
_WRITTEN = frozenset({"nan", "NaN", "<NA>", "NaT", "None"})
# Where most of the answers are nothing, nothing is what the model learns to say.
_MOST = 0.5
# "None" among so few different answers is more likely one of them than a missing cell.
_CLASSES = 20


@check("INP001", "input")
def empty_targets(train_pairs: Sequence[Any]) -> Finding | None:
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
    When nothing is the right answer, as where there is nothing to extract. "None" may be the name of a class.

    Known limits
    Other words for nothing, such as "n/a" or "unknown", are taken for answers. At most 2000 evenly spread
    rows are looked at.

    Sources
    https://pandas.pydata.org/docs/user_guide/missing_data.html
    """
    positions = spread_positions(len(train_pairs))
    targets = [getattr(train_pairs[position], "target", "") for position in positions]
    kinds = [_kind(target) for target in targets]
    found = Counter(kind for kind in kinds if kind)
    if not found:
        return None
    if set(found) == {"'None'"} and len(set(map(str, targets))) <= _CLASSES:
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


def _kind(target: Any) -> str:
    """What kind of nothing a target is; empty where it is something."""
    if target is None or (isinstance(target, float) and math.isnan(target)):
        return "no text"
    if not isinstance(target, str):
        return ""
    word = target.strip()
    return "empty" if not word else f"{word!r}" if word in _WRITTEN else ""

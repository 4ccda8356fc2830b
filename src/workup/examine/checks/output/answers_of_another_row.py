"""OUT009"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.sampling import LIMIT
from workup.examine.symptoms import best_shift

# Rows may have slipped by a few places; other distances show what chance does.
_FURTHEST = 5
# So many rows are needed before a share says anything, and this much more than chance must agree.
_FEWEST, _BEYOND_CHANCE = 8, 0.3
# Order lost: the answers are the expected texts, which differ from row to row, yet stand elsewhere.
_DIFFERENT, _SAME_SET, _IN_PLACE = 0.8, 0.8, 0.2


@check("OUT009", "output")
def answers_of_another_row(generated: Sequence[Any]) -> Finding | None:
    """Answers are those that were expected of other rows.

    What it checks
    Whether answers meet the expected text of a row some places away better than that of their own, or are,
    all taken together, the expected texts in another order.

    Why it matters
    Sources and targets have slipped against each other, in training or when the answers were put beside the
    rows: everything looks fluent, and is wrong.

    Evidence
    The share of answers that meet the expected text at each distance.

    Example
    The answer of each row is that of the row after it, since an empty line was dropped on one side only.

    Remedy
    Join sources, targets and answers by a key; write the order of rows back after sorting them by length.

    When it is harmless
    Never. Equal neighbours, as in sorted rows, meet at their own place as well and are not counted.

    Known limits
    Places up to five away are tried; a random order is seen only where expected texts differ from row to row.

    Sources
    Measured on tiny models; the test of this check repeats it.
    """
    rows = [(one.text, one.expected) for one in generated[:LIMIT] if one.expected is not None]
    if len(rows) < _FEWEST or len(rows) < len(generated[:LIMIT]):
        return None
    texts, expected = [text for text, _ in rows], [wanted for _, wanted in rows]
    shift, shares = best_shift(texts, expected, min(_FURTHEST, len(rows) // 3))
    chance = sorted(share for at, share in shares.items() if at not in (0, shift))[len(shares) // 2 - 1]
    evidence: dict[str, Any] = {
        "answers": len(rows),
        "right": round(shares[0], 3),
        "by distance": {at: round(share, 3) for at, share in shares.items()},
    }
    if shift != 0 and shares[shift] - max(shares[0], chance) >= _BEYOND_CHANCE:
        way = "after" if shift > 0 else "before"
        return Finding(
            Severity.ERROR,
            f"{shares[shift]:.0%} of {len(rows)} answers are what was expected {abs(shift)} "
            f"row{'s' if abs(shift) > 1 else ''} {way} their own, where {shares[0]:.0%} are right",
            Remedy("join sources, targets and answers by a key instead of by their place"),
            evidence | {"distance": shift},
        )
    bag = Counter(text.strip() for text in texts) & Counter(text.strip() for text in expected)
    same = bag.total() / len(rows)
    different = len({text.strip() for text in expected}) / len(rows)
    if different < _DIFFERENT or same < _SAME_SET or shares[0] > _IN_PLACE:
        return None
    return Finding(
        Severity.ERROR,
        f"{same:.0%} of {len(rows)} answers are expected texts of other rows, "
        f"{shares[0]:.0%} are in their place",
        Remedy("put the answers back into the order of the rows before they are compared"),
        evidence | {"expected of some row": round(same, 3)},
    )

"""INP005"""

from __future__ import annotations

from collections import Counter
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.texts import Texts, plain

# Lee et al. found 0.04 % to 13 % near-copies in corpora that were in use: beyond that, it is unusual.
_FEW, _MANY = 0.01, 0.13
# Rows of rare targets repeated on purpose make the targets more even by at least this factor.
_EVENER = 1.2


@check("INP005", "input")
def duplicate_rows(many_train_texts: Texts) -> Finding | None:
    """Rows stand several times in the training data.

    What it checks
    Whether rows are equal to an earlier one in source and target but for white space.

    Why it matters
    A row that stands ten times weighs ten times, is learned by heart, and is likely to stand on both sides
    of a split by chance. The number of rows promises more than there is.

    Evidence
    The number of copies, their share, and the row that is repeated most.

    Example
    Wrong: joining two tables on a key that is not unique. Right: `frame.drop_duplicates()`, before the split.

    Remedy
    Drop the copies before the data is divided into training and evaluation.

    When it is harmless
    When rare targets are repeated on purpose: where the copies make the targets more even this is only a
    note. Short sources of a small world repeat by nature.

    Known limits
    Near-copies are not seen. At most 20,000 evenly spread rows are compared.

    Sources
    Lee et al. 2022, "Deduplicating Training Data Makes Language Models Better",
    https://arxiv.org/abs/2107.06499
    """
    texts = many_train_texts
    counts = Counter(zip(map(plain, texts.sources), map(plain, texts.targets), strict=True))
    copies = len(texts) - len(counts)
    if copies <= _FEW * len(texts):
        return None
    share = copies / len(texts)
    (row, times), *_ = counts.most_common(1)
    balancing = _commonest(target for _, target in counts) >= _EVENER * _commonest(
        plain(target) for target in texts.targets
    )
    told = "; they make the targets more even" if balancing else ""
    return Finding(
        Severity.WARNING if share > _MANY and not balancing else Severity.NOTE,
        f"{copies} of {len(texts)} training rows ({share:.1%}) are copies of an earlier one{told}",
        Remedy(
            "drop the copies before the data is divided into training and evaluation",
            code="frame = frame.drop_duplicates()",
        ),
        {
            "copies": copies,
            "share": round(share, 4),
            "most repeated": row[0][:200],
            "times": times,
            **({"rows looked at": len(texts)} if len(texts) < texts.total else {}),
        },
    )


def _commonest(targets: Any) -> float:
    """The share of the commonest target."""
    counts = Counter(targets)
    return max(counts.values()) / counts.total()

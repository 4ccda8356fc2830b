"""TOK005"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.sampling import spread
from workup.examine.measurements.tokens import live

# A few rows without an end are noise; where most lack it, the model is taught not to stop.
_FEW, _MOST = 0.01, 0.5
# The end stands last, or before a language code as in mBART.
_LAST = 2


@check("TOK005", "tokenization")
def no_end_token(
    train_rows: Sequence[Mapping[str, Any]], tokenizer: Any, label_rows: list[list[int]] | None = None
) -> Finding | None:
    """Labels do not end in the end token.

    What it checks
    Whether the end token is the last of the labels of each row, pads and ignored positions left out; a
    language code may follow it. Where a collator adds the end, nothing is said.

    Why it matters
    Generation stops at the end token. A model that never saw it after an answer goes on until the length
    limit: the answer is right, then it repeats or wanders off.

    Evidence
    How many rows lack the end, and the last ids of one.

    Example
    Wrong: `tokenizer(targets, add_special_tokens=False)`. Right: `tokenizer(text_target=targets)`.

    Remedy
    Append the end token to the labels once.

    When it is harmless
    When answers are cut at a fixed length or at a mark of their own.

    Known limits
    An end token that is there and is masked later is not seen here. At most 2000 evenly spread rows are
    looked at.

    Sources
    https://github.com/huggingface/transformers/issues/5142
    """
    end = getattr(tokenizer, "eos_token_id", None)
    end = getattr(tokenizer, "sep_token_id", None) if end is None else end
    rows = [live(row["labels"], tokenizer) for row in spread(train_rows) if "labels" in row]
    rows = [row for row in rows if row]
    if end is None:
        return _no_such_token(rows)
    if not rows:
        return None
    lacking = [row for row in rows if end not in row[-_LAST:]]
    if len(lacking) <= _FEW * len(rows) or _collated(label_rows or [], end):
        return None
    share = len(lacking) / len(rows)
    return Finding(
        Severity.ERROR if share > _MOST else Severity.WARNING,
        f"the labels of {len(lacking)} of {len(rows)} rows ({share:.0%}) do not end in the end token",
        Remedy(
            "append the end token to the labels once",
            change={"tokens.append_eos": True},
            code="labels = tokenizer(text_target=targets)['input_ids']",
        ),
        {
            "rows without end": len(lacking),
            "rows looked at": len(rows),
            "end token": end,
            "last ids of one": list(lacking[0][-4:]),
        },
    )


def _no_such_token(rows: Sequence[Sequence[int]]) -> Finding | None:
    """What is said where the tokenizer has none, unless all rows end in one id all the same."""
    if len({row[-1] for row in rows}) < 2:
        return None
    return Finding(
        Severity.ERROR,
        f"the tokenizer has no end token, and the labels of {len(rows)} rows end in different ids",
        Remedy("name the token that the model knows as its end", code='tokenizer.eos_token = "</s>"'),
        {"rows looked at": len(rows), "last ids of one": list(rows[0][-4:])},
        harm="the model never learns to end an answer",
    )


def _collated(label_rows: Sequence[Sequence[int]], end: int) -> bool:
    """Whether the collator has put an end to most rows of a batch."""
    rows = [[token for token in row if token >= 0] for row in label_rows]
    return bool(rows) and sum(end in row for row in rows) > _MOST * len(rows)

"""TOK006"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.sampling import spread
from workup.examine.measurements.tokens import Ids, live

# A text in which somebody wrote the end token is an accident; one in a hundred is a habit.
_FEW = 0.01


@check("TOK006", "tokenization")
def doubled_special_tokens(train_rows: Sequence[Mapping[str, Any]], tokenizer: Any) -> list[Finding]:
    """Begin or end tokens stand twice.

    What it checks
    Whether a row of input_ids or labels begins with two begin tokens or ends with two end tokens, pads left
    out. A tokenizer whose pad is its end token is not judged by its ends.

    Why it matters
    The tokenizer adds these tokens by itself. Written into the text too, they stand twice, and the model
    learns a form that predictions do not have.

    Evidence
    The number of rows, and the ids of one at that end.

    Example
    Wrong: `tokenizer(text + " </s>")`. Right: `tokenizer(text)`, or `add_special_tokens=False` where the text
    has them already.

    Remedy
    Leave special tokens out of the text, or tell the tokenizer not to add them.

    When it is harmless
    When predictions are made in the same way, it costs little more than a token.

    Known limits
    Tokens between two texts of one row, which BART doubles on purpose, are not looked at; nor are more than
    2000 evenly spread rows.

    Sources
    https://github.com/huggingface/trl/issues/1400
    https://github.com/OpenRLHF/OpenRLHF/issues/393
    """
    rows, findings = spread(train_rows), []
    for column in ("input_ids", "labels"):
        seen = [_live(row, column, tokenizer) for row in rows if column in row]
        doubled = [ids for ids in seen if _doubled(ids, tokenizer)]
        if not seen or len(doubled) <= _FEW * len(seen):
            continue
        findings.append(
            Finding(
                Severity.WARNING,
                f"{len(doubled)} of {len(seen)} rows of {column} have a special token twice at an end",
                Remedy(
                    "leave special tokens out of the text, or do not let the tokenizer add them",
                    code="tokenizer(text, add_special_tokens=False)",
                ),
                {
                    "rows": len(doubled),
                    "rows looked at": len(seen),
                    "first ids of one": list(doubled[0][:3]),
                    "last ids of one": list(doubled[0][-3:]),
                },
            )
        )
    return findings


def _live(row: Mapping[str, Any], column: str, tokenizer: Any) -> Ids:
    return live(row[column], tokenizer, row.get("attention_mask") if column == "input_ids" else None)


def _doubled(ids: Ids, tokenizer: Any) -> bool:
    """Whether a row with something in it has the same token twice at an end."""
    end, pad = getattr(tokenizer, "eos_token_id", None), getattr(tokenizer, "pad_token_id", None)
    begins = {getattr(tokenizer, "bos_token_id", None), getattr(tokenizer, "cls_token_id", None)} - {None}
    if len(set(ids)) < 2 or len(ids) < 3:
        return False
    return (ids[0] == ids[1] and ids[0] in begins) or (end != pad and ids[-1] == ids[-2] == end)

"""TOK002"""

from __future__ import annotations

from collections import Counter
from typing import Any

from workup.examine.check import check
from workup.examine.checks.tokenization.empty_tokenizer import FEW, words
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.tokens import Pieces, Unknown

# Below one piece in a thousand it is a stray character; above one in twenty words are missing from most
# sentences; above three in ten little of the text is left.
_STRAY, _SOME, _MUCH = 0.001, 0.05, 0.3


@check("TOK002", "tokenization")
def unknown_pieces(tokenizer: Any, pieces: Pieces, unknown: Unknown) -> Finding | None:
    """Parts of the sources are unknown to the tokenizer.

    What it checks
    The share of the unknown token among the pieces of the sources. Texts in which that token is written out
    do not count. What targets lose is said by `targets-do-not-survive`.

    Why it matters
    All unknown characters look the same to the model. What they tell, it cannot learn.

    Evidence
    The share of unknown pieces in sources and targets, how many rows have one, and the characters that are
    unknown by themselves, the most frequent first.

    Example
    Wrong: text in Cyrillic letters for a T5 whose vocabulary has Latin ones. Right: mT5 or ByT5.

    Remedy
    Take a base whose vocabulary covers the script, or replace the characters before tokenizing.

    When it is harmless
    When the unknown characters tell nothing, such as ornaments and emoji.

    Known limits
    Tokenizers that fall back on bytes have no unknown pieces and may still cut a script into crumbs. At most
    2000 evenly spread rows are looked at.

    Sources
    https://github.com/huggingface/transformers/issues/6917
    """
    if unknown.nearly_all and words(tokenizer) <= FEW:
        return None
    if unknown.sources <= _STRAY:
        return None
    severity = Severity.ERROR if unknown.sources > _MUCH else Severity.WARNING
    rows = len(pieces.texts)
    return Finding(
        Severity.NOTE if unknown.sources <= _SOME else severity,
        f"{unknown.sources:.1%} of the pieces of the sources are unknown to the tokenizer, "
        f"in {unknown.source_rows} of {rows} rows",
        Remedy("take a base whose vocabulary covers these characters, or replace them before tokenizing"),
        {
            "unknown in sources": round(unknown.sources, 4),
            "rows with one": unknown.source_rows,
            "unknown in targets": round(unknown.targets, 4),
            "targets with one": unknown.target_rows,
            "characters": _characters(tokenizer, pieces),
            **pieces.texts.sampled,
        },
    )


def _characters(tokenizer: Any, pieces: Pieces) -> str:
    """The characters of the sources that are unknown where they stand alone; at most 20."""
    counts: Counter[str] = Counter()
    for text, ids in zip(pieces.texts.sources, pieces.sources, strict=True):
        if tokenizer.unk_token_id in ids:
            counts.update(set("".join(text.split())))
    alone = list(counts)
    rows = tokenizer(alone, add_special_tokens=False, verbose=False)["input_ids"] if alone else []
    unknown = {one for one, ids in zip(alone, rows, strict=True) if tokenizer.unk_token_id in ids}
    return "".join([one for one, _ in counts.most_common() if one in unknown][:20])

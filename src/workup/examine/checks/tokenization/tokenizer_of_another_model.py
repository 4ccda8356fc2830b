"""TOK007"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.sampling import spread
from workup.examine.measurements.tokens import Ids, Pieces
from workup.examine.measurements.tokens import pieces as pieces_of
from workup.examine.session import untouched
from workup.examine.subject import Subject

# Models have a few rows more than tokens so that the matrix is handy for the hardware: T5 28 of 32128, others
# up to 300. Beyond both of these, it is not the vocabulary the model was trained with.
_SPARE_ROWS, _SPARE_SHARE = 512, 0.05
# A later version of a tokenizer may write a few words otherwise; another one writes nearly all so.
_FEW, _MANY = 0.01, 0.5


@check("TOK007", "tokenization")
def tokenizer_of_another_model(
    model: Any,
    tokenizer: Any,
    train_rows: Sequence[Mapping[str, Any]] | None = None,
    answering_tokenizer: Any = None,
    pieces: Pieces | None = None,
) -> list[Finding] | None:
    """The tokenizer does not belong to the model.

    What it checks
    Whether the tokenizer's own vocabulary and the ids of the rows fit into the embedding, whether the
    embedding has far more rows than there are tokens, and whether model and tokenizer agree on which id is
    the pad and which the end. Where predictions were made with another tokenizer than the training: whether
    the training texts are the same ids with both.

    Why it matters
    A model knows its words by number. With another numbering, all it has learned before is noise, or looking
    up an id fails with "index out of range".

    Evidence
    The sizes of vocabulary and embedding, the greatest id in the rows, and the ids that disagree; the
    training texts that are other ids for the tokenizer of the predictions, and one of them.

    Example
    Wrong: the model from one folder and the tokenizer from another, or a tokenizer trained anew for
    predictions. Right: `AutoTokenizer.from_pretrained(folder)` with the folder of the model.

    Remedy
    Load model and tokenizer from the same place; save the tokenizer beside the trained model.

    When it is harmless
    When the embedding has some spare rows: T5 has 32128 for 32100 tokens. A pad that was set to the end
    token is not judged.

    Known limits
    A tokenizer of equal size with other words is not seen. Tokens added later are judged by
    `added-tokens-beyond-embedding`.

    Sources
    https://github.com/huggingface/transformers/issues/12763
    https://github.com/huggingface/transformers/issues/4875
    """
    if answering_tokenizer is not None and pieces is not None:
        found = _answered_with_another(answering_tokenizer, pieces)
        if found is not None:
            return [found]
    rows = embedding_rows(model)
    if rows is None or not callable(getattr(tokenizer, "__len__", None)):
        return None
    faults = [*_sizes(rows, tokenizer), *_ids(rows, tokenizer, train_rows)]
    disagreeing = list(_disagreeing(model, tokenizer))
    if not faults and not disagreeing:
        return None
    told = "; ".join(
        [
            *faults,
            *(
                f"the {name} is {ours} for the tokenizer and {theirs} for the model"
                for name, ours, theirs in disagreeing
            ),
        ]
    )
    grave = bool(faults) or len(disagreeing) > 1
    return [
        Finding(
            Severity.ERROR if grave else Severity.WARNING,
            f"tokenizer and model do not belong together: {told}",
            Remedy(
                "load model and tokenizer from the same place",
                code="tokenizer = AutoTokenizer.from_pretrained(folder_of_the_model)",
            ),
            {
                "tokens": len(tokenizer),
                "rows of the embedding": rows,
                "faults": len(faults) + len(disagreeing),
            },
        )
    ]


def _answered_with_another(tokenizer: Any, pieces: Pieces) -> Finding | None:
    """Training texts that are other ids for the tokenizer of the predictions."""
    with untouched(Subject(tokenizer=tokenizer)):
        others = pieces_of(tokenizer, pieces.texts)
    trained, asked = (list(zip(one.sources, one.targets, strict=True)) for one in (pieces, others))
    other = [n for n, ids in enumerate(trained) if ids != asked[n]]
    total = len(pieces.sources)
    if len(other) <= _FEW * total:
        return None
    text, ours, theirs = _example(pieces, others, other[0])
    return Finding(
        Severity.ERROR if len(other) > _MANY * total else Severity.WARNING,
        f"predictions are made with another tokenizer than the training: {len(other)} of {total} training "
        "rows are other ids for it",
        Remedy(
            "use the tokenizer of the training for predictions; save it beside the trained model",
            code="tokenizer.save_pretrained(folder); tokenizer = AutoTokenizer.from_pretrained(folder)",
        ),
        {
            "rows with other ids": len(other),
            **pieces.texts.sampled,
            "example": text[:80],
            "ids in training": list(ours),
            "ids in prediction": list(theirs),
        },
    )


def _example(pieces: Pieces, others: Pieces, row: int) -> tuple[str, Ids, Ids]:
    """The text of a row that is other ids, its source if that is one; and both from where they differ."""
    text, ours, theirs = pieces.texts.sources[row], pieces.sources[row], others.sources[row]
    if ours == theirs:
        text, ours, theirs = pieces.texts.targets[row], pieces.targets[row], others.targets[row]
    same = next((n for n, (one, other) in enumerate(zip(ours, theirs, strict=False)) if one != other), 0)
    return text, ours[same : same + 8], theirs[same : same + 8]


def embedding_rows(model: Any) -> int | None:
    """How many ids the model can look up; None where that is not known."""
    try:
        rows = model.get_input_embeddings().weight.shape[0]
    except (AttributeError, NotImplementedError, IndexError):
        return None
    return int(rows) or None


def _sizes(rows: int, tokenizer: Any) -> Iterator[str]:
    own, spare = int(getattr(tokenizer, "vocab_size", 0)), rows - len(tokenizer)
    if own > rows:
        yield f"{own} tokens for {rows} rows of the embedding"
    elif spare > max(_SPARE_ROWS, _SPARE_SHARE * rows):
        yield f"only {len(tokenizer)} tokens for {rows} rows of the embedding"


def _ids(rows: int, tokenizer: Any, train_rows: Sequence[Mapping[str, Any]] | None) -> Iterator[str]:
    """Ids in the rows that the model cannot look up and the tokenizer did not get by adding tokens."""
    added = set(tokenizer.get_added_vocab().values()) if hasattr(tokenizer, "get_added_vocab") else set()
    seen = {
        int(one)
        for row in spread(train_rows or [])
        for name in ("input_ids", "labels")
        for one in row.get(name, ())
    }
    if beyond := {one for one in seen if one >= rows} - added:
        yield f"rows hold ids up to {max(beyond)}, the embedding ends at {rows - 1}"


def _disagreeing(model: Any, tokenizer: Any) -> Iterator[tuple[str, int, Any]]:
    """Special tokens that have one id in the tokenizer and another in the model's settings."""
    pad, end = getattr(tokenizer, "pad_token_id", None), getattr(tokenizer, "eos_token_id", None)
    for name, ours in (("pad_token_id", pad), ("eos_token_id", end)):
        theirs = getattr(getattr(model, "config", None), name, None)
        known = theirs if isinstance(theirs, (list, tuple)) else [theirs]
        if ours is None or theirs is None or ours in known or (name == "pad_token_id" and pad == end):
            continue
        yield name, ours, theirs

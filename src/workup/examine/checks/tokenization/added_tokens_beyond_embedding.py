"""TOK008"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.checks.tokenization.tokenizer_of_another_model import embedding_rows
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.sampling import spread


@check("TOK008", "tokenization")
def added_tokens_beyond_embedding(
    model: Any, tokenizer: Any, train_rows: Sequence[Mapping[str, Any]] | None = None
) -> Finding | None:
    """Tokens were added for which the embedding has no row of their own.

    What it checks
    Whether the ids of added tokens fit into the embedding, and whether those that fit lie in its spare rows,
    which were never trained.

    Why it matters
    Looking up an id that is not there ends the training with "index out of range", on a GPU with a failed
    assertion. A spare row works, but means nothing at first.

    Evidence
    The added tokens, their ids, the rows of the embedding, and whether the rows to train on have such ids.

    Example
    Wrong: `tokenizer.add_tokens(["<cell>"])` alone. Right: the same, then
    `model.resize_token_embeddings(max(len(tokenizer), rows))`.

    Remedy
    Make the embedding at least as large as the tokenizer, never smaller than it is.

    When it is harmless
    In spare rows: a full training teaches new tokens there as well as anywhere; an adapter may not.

    Known limits
    Whether a spare row was trained is not visible; it is told by its number alone.

    Sources
    https://github.com/huggingface/transformers/issues/12763
    """
    rows = embedding_rows(model)
    if rows is None or not callable(getattr(tokenizer, "get_added_vocab", None)):
        return None
    own = int(getattr(tokenizer, "vocab_size", 0))
    added = {token: number for token, number in tokenizer.get_added_vocab().items() if number >= own}
    beyond = {token: number for token, number in added.items() if number >= rows}
    if own > rows or not added or (not beyond and rows <= len(tokenizer)):
        return None
    evidence: dict[str, Any] = {"rows of the embedding": rows, "tokens": len(tokenizer)}
    remedy = Remedy(
        "make the embedding at least as large as the tokenizer, never smaller than it is",
        code=f"model.resize_token_embeddings({max(rows, len(tokenizer))})",
    )
    if not beyond:
        return Finding(
            Severity.NOTE,
            f"{len(added)} added tokens ({_named(added)}) use spare, untrained rows of the embedding",
            Remedy("train the embedding too, so that the added tokens come to mean something"),
            evidence | {"added tokens": _named(added)},
        )
    used = _used(set(beyond.values()), train_rows)
    told = "" if train_rows is None else f", and {used} of the rows looked at have one"
    return Finding(
        Severity.ERROR if used else Severity.WARNING,
        f"{len(beyond)} added tokens ({_named(beyond)}) lie beyond the {rows} rows of the embedding{told}",
        remedy,
        evidence | {"added tokens": _named(beyond), "rows with one": used},
    )


def _named(added: Mapping[str, int]) -> str:
    shown = ", ".join(
        f"{token} {number}" for token, number in sorted(added.items(), key=lambda one: one[1])[:5]
    )
    return f"{shown}, ..." if len(added) > 5 else shown


def _used(numbers: set[int], train_rows: Sequence[Mapping[str, Any]] | None) -> int:
    """How many of the sampled rows have one of these ids."""
    return sum(
        any(int(one) in numbers for name in ("input_ids", "labels") for one in row.get(name, ()))
        for row in spread(train_rows or [])
    )

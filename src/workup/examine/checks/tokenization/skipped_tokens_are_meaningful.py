"""TOK010"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.tokens import Pieces

# What every tokenizer has for its own use; written into a target, that is another fault.
_OWN = ("pad_token_id", "eos_token_id", "bos_token_id", "cls_token_id", "sep_token_id", "unk_token_id")


@check("TOK010", "tokenization")
def skipped_tokens_are_meaningful(
    tokenizer: Any, pieces: Pieces, generated: Sequence[Any] | None = None
) -> Finding | None:
    """Targets hold special tokens, which decoding leaves out.

    What it checks
    Whether targets contain tokens that the tokenizer counts as special, beside those for end, pad and the
    like. Where answers are at hand: whether their text lacks such tokens although their ids have them.

    Why it matters
    Decoding with `skip_special_tokens=True` drops these tokens. The model writes them and the text lacks
    them: exact match is 0 although every answer is right.

    Evidence
    The tokens, how many targets have one, and how many answers lost one in decoding.

    Example
    Wrong: `tokenizer.add_special_tokens({"additional_special_tokens": ["<cell>"]})` for a mark that is part
    of the answer. Right: `tokenizer.add_tokens(["<cell>"])`.

    Remedy
    Add such tokens as ordinary ones, or decode without skipping and take off pad and end only.

    When it is harmless
    When the tokens are only a scaffold, as the sentinels of a denoising task, or answers are decoded without
    skipping; where answers keep their tokens, nothing is said.

    Known limits
    How a metric decodes is not known; only answers at hand show it. At most 2000 evenly spread rows are
    looked at.

    Sources
    https://github.com/huggingface/trl/issues/2897
    """
    own = {getattr(tokenizer, name, None) for name in _OWN}
    special = set(getattr(tokenizer, "all_special_ids", ())) - own
    found = Counter(one for ids in pieces.targets for one in set(ids) & special)
    if not found:
        return None
    rows = sum(bool(set(ids) & special) for ids in pieces.targets)
    kept, lost = _answers(tokenizer, special, generated or ())
    if kept and not lost:
        return None
    named = [str(tokenizer.convert_ids_to_tokens(one)) for one, _ in found.most_common(5)]
    scaffold = all(name.startswith("<extra_id_") for name in named)
    told = f"; {lost} answers lost one in decoding" if lost else ""
    severity = Severity.NOTE if scaffold else Severity.WARNING
    return Finding(
        Severity.ERROR if lost else severity,
        f"{rows} of {len(pieces.targets)} targets hold special tokens ({', '.join(named)}), which decoding "
        f"with skip_special_tokens=True leaves out{told}",
        Remedy(
            "add such tokens as ordinary ones, or decode without skipping and take off pad and end only",
            code=f"tokenizer.add_tokens({named!r})",
        ),
        {"tokens": named, "targets with one": rows, "answers that lost one": lost, **pieces.texts.sampled},
    )


def _answers(tokenizer: Any, special: set[int], generated: Sequence[Any]) -> tuple[int, int]:
    """How many answers have special tokens in ids and text, and how many in their ids only."""
    kept = lost = 0
    for one in generated:
        ids, text = getattr(one, "ids", ()), getattr(one, "text", "")
        tokens = [str(tokenizer.convert_ids_to_tokens(number)) for number in set(ids) & special]
        if tokens:
            whole = all(token in text for token in tokens)
            kept, lost = kept + whole, lost + (not whole)
    return kept, lost

"""TOK001"""

from __future__ import annotations

from collections import Counter
from typing import Any

from workup.examine.check import check
from workup.examine.checks.tokenization.empty_tokenizer import FEW, words
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.separators import scored_ceiling, writable_template
from workup.examine.measurements.tokens import Pieces, Unknown
from workup.pipeline.prompt import Template

# Where a tenth of the answers cannot be written, the score can no longer be compared; where half cannot, the
# task cannot be learned with this vocabulary.
_SOME, _MOST = 0.1, 0.5
_KINDS = ("lost", "case", "white space")


@check("TOK001", "tokenization")
def targets_do_not_survive(
    tokenizer: Any, pieces: Pieces, unknown: Unknown, target_template: str | None = None
) -> Finding | None:
    """Targets cannot be written with the tokenizer's vocabulary.

    What it checks
    Whether a target is the same text after it was turned into ids and back. White space at its ends does not
    count; other white space, upper and lower case, and lost or changed characters are told apart. Where the
    template of the targets is known, also whether the answer that is scored is still found in what comes
    back.

    Why it matters
    A model can only answer in pieces of its vocabulary. What does not survive is never answered rightly:
    exact match stays below the share that survives, however well the model has learned. A separator that is
    lost costs every answer: nothing parts the first field from the next.

    Evidence
    The share of targets that survive, the kinds of loss, the characters lost most, and an example; with a
    template, the share of answers that can be scored as right.

    Example
    Wrong: targets in braces or over several lines for a T5, whose vocabulary has neither braces nor line
    breaks. Right: words that it has, such as "(" or " ; ", or tokens added for them.

    Remedy
    Write targets in characters that the vocabulary has, add tokens, or take a base whose pieces are bytes.
    For a template, another separator, tried on the same rows.

    When it is harmless
    When only white space changes and answers are compared without it, or when what is lost stands outside the
    answer that is scored or is levelled by the evaluation; then this is a note.

    Known limits
    Decoding is done with the tokenizer's own settings. At most 2000 evenly spread rows are looked at.

    Sources
    https://github.com/google-research/text-to-text-transfer-transformer/issues/390
    https://github.com/huggingface/transformers/issues/6917
    """
    targets = pieces.texts.targets
    if not targets or (unknown.nearly_all and words(tokenizer) <= FEW):
        return None
    back = [tokenizer.decode(list(ids), skip_special_tokens=False) for ids in pieces.targets]
    kinds = Counter(_kind(target, text) for target, text in zip(targets, back, strict=True))
    failed = len(targets) - kinds[""]
    if not failed:
        return None
    lost: Counter[str] = Counter()
    for target, text in zip(targets, back, strict=True):
        if _kind(target, text) == "lost":
            lost.update(set(_visible(target)) - set(_visible(text)))
    worst = next(kind for kind in _KINDS if kinds[kind])
    example = next(pair for pair in zip(targets, back, strict=True) if _kind(*pair) == worst)
    template = Template(target_template) if target_template else None
    missed = len(scored_ceiling(tokenizer, targets, template).missed) if template else None
    survive = 1 - failed / len(targets)
    told = f"{failed} of {len(targets)} targets come back from their ids as another text{_told(kinds, lost)}"
    return Finding(
        _severity(kinds, len(targets), missed),
        f"{told}; exact match cannot pass {survive:.1%}"
        if missed is None
        else f"{told}; at most {1 - missed / len(targets):.1%} of the answers can be scored as right",
        _remedy(lost, writable_template(tokenizer, targets, template, lost) if template else None),
        {
            "survive": round(survive, 4),
            **({} if missed is None else {"can be scored": round(1 - missed / len(targets), 4)}),
            **{
                f"changed in {kind}" if kind != "lost" else kind: kinds[kind]
                for kind in _KINDS
                if kinds[kind]
            },
            "characters lost": "".join(character for character, _ in lost.most_common(20)),
            "example": example[0][:200],
            "becomes": example[1][:200],
            **pieces.texts.sampled,
        },
    )


def _kind(target: str, back: str) -> str:
    """What a target loses on its way: nothing, white space, case, or characters."""
    if target.strip() == back.strip():
        return ""
    if _visible(target) == _visible(back):
        return "white space"
    return "case" if _visible(target).casefold() == _visible(back).casefold() else "lost"


def _visible(text: str) -> str:
    return "".join(text.split())


def _told(kinds: Counter[str], lost: Counter[str]) -> str:
    if lost and kinds["lost"]:
        return f" (lost: {' '.join(character for character, _ in lost.most_common(8))})"
    return "" if kinds["lost"] else f" (in {' and '.join(kind for kind in _KINDS[1:] if kinds[kind])} only)"


def _severity(kinds: Counter[str], total: int, missed: int | None) -> Severity:
    """By the answers that cannot be scored as right, or, where nobody knows them, by the targets changed."""
    lost, changed = (kinds["lost"], kinds["lost"] + kinds["case"]) if missed is None else (missed, missed)
    if lost > _MOST * total:
        return Severity.ERROR
    return Severity.WARNING if changed > _SOME * total else Severity.NOTE


def _remedy(lost: Counter[str], template: str | None) -> Remedy:
    """Adding tokens helps where characters are lost; white space and case need other targets."""
    text = "write targets in characters that the vocabulary has, or add tokens for the others"
    if not lost:
        return Remedy(text)
    if template:
        return Remedy(
            "part the answers by what the tokenizer can write", change={"target.template": template}
        )
    added = sorted(character for character, _ in lost.most_common(20))
    return Remedy(
        text,
        code=f"tokenizer.add_tokens({added!r}); model.resize_token_embeddings("
        "max(len(tokenizer), model.get_input_embeddings().num_embeddings))",
    )

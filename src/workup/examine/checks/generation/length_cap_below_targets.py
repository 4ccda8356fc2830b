"""GEN001"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.generating import Settings, Targets, base_of

# One target in a hundred is a long tail; where one in five cannot be said to its end, the score is not the
# model's.
_FEW, _MANY = 0.01, 0.2


@check("GEN001", "generation")
def length_cap_below_targets(
    settings: Settings,
    targets: Targets,
    model: Any = None,
    arguments: Any = None,
    generation: Mapping[str, Any] | None = None,
) -> Finding | None:
    """Generation stops before the targets are said.

    What it checks
    Whether the most tokens that an answer can have are fewer than targets have, their end included. Where no
    length is given anywhere, transformers stops at 20 tokens.

    Why it matters
    Longer answers break off in the middle, without an end, however well the model has learned. Every score
    of an evaluation is then that of the cap, and early stopping picks its checkpoint by chance.

    Evidence
    The cap and where it comes from, the share of targets above it, the median and the longest target.

    Example
    Wrong: `Seq2SeqTrainingArguments(predict_with_generate=True)` for targets of 50 tokens. Right: with
    `generation_max_length=64`, or `model.generate(..., max_new_tokens=64)`.

    Remedy
    Allow as many new tokens as the longest target has.

    When it is harmless
    When the beginning of an answer is enough. Where nobody is seen generating with this cap it is a note:
    a length can still be given.

    Known limits
    At most 2000 evenly spread targets are looked at. A `max_time` or stopping criteria are not seen.

    Sources
    https://github.com/huggingface/transformers/issues/13424,
    https://github.com/huggingface/transformers/issues/16664
    """
    cap = settings.cap
    is_pair = getattr(getattr(base_of(model), "config", None), "is_encoder_decoder", True)
    if cap is None or not targets.ids or not is_pair:
        return None
    lengths = sorted(targets.lengths)
    above = sum(length > cap for length in lengths)
    if not above:
        return None
    share, needed = above / len(lengths), lengths[-1]
    name = "max_new_tokens" if settings.value("max_new_tokens") is not None else "max_length"
    in_trainer = bool(getattr(arguments, "predict_with_generate", False))
    grave = Severity.ERROR if share > _MANY else Severity.WARNING
    is_used = generation is not None or in_trainer
    # A call of the script's own knows nothing of the training arguments.
    by_arguments = in_trainer and (getattr(arguments, "generation_max_length", None) or 0) <= needed
    return Finding(
        grave if is_used and share > _FEW else Severity.NOTE,
        f"an answer ends after {cap} tokens at most ({settings.said_of(name)}), and {share:.0%} of the "
        f"targets have more: exact match cannot pass {1 - share:.1%}",
        Remedy(
            f"allow {needed} new tokens",
            change={"generation.max_new_tokens": needed},
            code=f"arguments.generation_max_length = {needed + 1}"
            if by_arguments
            else f"model.generation_config.max_new_tokens = {needed}",
        ),
        {
            **targets.evidence,
            "most tokens": cap,
            "from": settings.said_of(name),
            "targets above": above,
            "median target": lengths[len(lengths) // 2],
            "longest target": needed,
        },
    )

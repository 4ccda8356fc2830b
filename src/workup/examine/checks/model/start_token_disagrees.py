"""MOD002"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.weights import Setting

# They begin with the last token of the target, which differs between rows.
_OWN_SHIFT = {"mbart", "plbart"}


@check("MOD002", "model")
def start_token_disagrees(
    model: Any, special_ids: dict[str, Setting], batch_ids: dict[str, list[list[int]]] | None = None
) -> Finding | None:
    """Generation begins with another token than training.

    What it checks
    Whether the first token of the decoder is the same in training (the batch's `decoder_input_ids`, else the
    config) and in generation (the argument, else the generation config, else its start of text).

    Why it matters
    The decoder has learned to answer after one token, and is asked to answer after another. The loss and the
    accuracy under given prefixes show nothing of it; answers are empty, or their first word is wrong.

    Evidence
    The token as each part has it.

    Example
    Wrong: `model.generation_config.decoder_start_token_id = tokenizer.eos_token_id` for a T5. Right: leave
    it.

    Remedy
    Set the generation config to the token that training uses.

    When it is harmless
    Never where the two differ; where neither says anything, nothing is generated.

    Known limits
    Where rows begin with different tokens (mBART's language codes), nothing is said.

    Sources
    https://github.com/huggingface/transformers/issues/5212
    Measured on tiny models; the test of this check repeats it.
    """
    config = getattr(model, "config", None)
    if not getattr(config, "is_encoder_decoder", False):
        return None
    start, bos = special_ids["decoder_start_token_id"], special_ids["bos_token_id"]
    firsts = {row[0] for row in (batch_ids or {}).get("decoder_input_ids", []) if row}
    if len(firsts) > 1 or (not firsts and getattr(config, "model_type", "") in _OWN_SHIFT):
        return None
    trained = firsts.pop() if firsts else start.config
    generated = bos.in_generation if start.in_generation is None else start.in_generation
    evidence = {
        "batch or config": trained,
        "config": start.config,
        "generation config": start.generation_config,
        "generate()": start.given,
    }
    if generated is None:
        return Finding(
            Severity.ERROR,
            "generation has no start token: neither decoder_start_token_id nor bos_token_id is set",
            Remedy("set decoder_start_token_id", code=_line(trained)),
            evidence,
        )
    if trained is None or isinstance(generated, list) or generated == trained:
        return None
    return Finding(
        Severity.ERROR,
        f"training begins with token {trained}, generation with token {generated}",
        Remedy("let generation begin as training does", code=_line(trained)),
        evidence,
        harm="answers are empty or begin wrongly, whatever the loss",
    )


def _line(token: Any) -> str:
    return "" if token is None else f"model.generation_config.decoder_start_token_id = {token}"

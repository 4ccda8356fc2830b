"""MOD003"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.weights import Setting


@check("MOD003", "model")
def pad_or_end_disagree(special_ids: dict[str, Setting], tokenizer: Any) -> list[Finding]:
    """Tokenizer, config and generation config do not name the same pad or end token.

    What it checks
    Whether the end at which generation stops is the tokenizer's, and whether the pad of the config and of the
    generation config is.

    Why it matters
    Labels end in the tokenizer's end token. If generation waits for another, it runs to the length limit. The
    config's pad stands in for ignored labels in the decoder's input, and a mask guessed from another pad
    hides text.

    Evidence
    The id as each part has it.

    Example
    Wrong: a tokenizer with a new end token beside an untouched `generation_config`. Right:
    `model.generation_config.eos_token_id = tokenizer.eos_token_id`.

    Remedy
    Set both configs to the tokenizer's ids.

    When it is harmless
    A pad that differs, where every mask is given and the decoder's inputs are masked.

    Known limits
    A Trainer that is given the tokenizer sets the ids itself; before that they may differ.

    Sources
    https://huggingface.co/docs/transformers/main_classes/text_generation and measured on tiny models; the
    test of this check repeats it.
    """
    findings = []
    end, ends = getattr(tokenizer, "eos_token_id", None), special_ids["eos_token_id"]
    stops = ends.in_generation
    if isinstance(end, int) and end not in (stops if isinstance(stops, list | tuple) else [stops]):
        told = "is not told to stop at all" if stops is None else f"stops at {stops}"
        findings.append(
            Finding(
                Severity.ERROR,
                f"the tokenizer ends a text with token {end}, generation {told}",
                Remedy(
                    "let generation stop at the tokenizer's end token",
                    code=f"model.generation_config.eos_token_id = {end}",
                ),
                {"tokenizer": end, "generation config": ends.generation_config, "config": ends.config},
                harm="answers run to the length limit",
            )
        )
    pad, pads = getattr(tokenizer, "pad_token_id", None), special_ids["pad_token_id"]
    others = {"config": pads.config, "generation config": pads.in_generation}
    wrong = {name: value for name, value in others.items() if value is not None and value != pad}
    if isinstance(pad, int) and wrong:
        told = " and ".join(f"{value} in the {name}" for name, value in wrong.items())
        findings.append(
            Finding(
                Severity.WARNING,
                f"the pad is token {pad} in the tokenizer, {told}",
                Remedy(
                    "set both configs to the tokenizer's pad",
                    code=f"model.config.pad_token_id = model.generation_config.pad_token_id = {pad}",
                ),
                {"tokenizer": pad} | others,
            )
        )
    return findings

"""BAT010"""

from __future__ import annotations

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.pipeline.tokenization import IGNORED


@check("BAT010", "batching")
def pads_in_inputs_wrong_value(batch_ids: dict[str, list[list[int]]]) -> Finding | None:
    """Inputs are padded with -100, which is for labels only.

    What it checks
    Whether -100 or another negative id stands in `input_ids` or `decoder_input_ids`, or -100 in the attention
    mask.

    Why it matters
    -100 is no token: looking it up in the embedding fails, on a GPU with an assertion that names nothing. In
    the mask it counts as "attend", so that pads are read as text.

    Evidence
    How many positions hold it, by field.

    Example
    Wrong: `pad_sequence(rows, padding_value=-100)` for every field. Right: the tokenizer's pad id for inputs,
    0 for the mask, -100 for labels.

    Remedy
    Pad each field with its own value, as `DataCollatorForSeq2Seq` does.

    When it is harmless
    Never in inputs. Large negative numbers in a mask that is added to the scores are not reported.

    Known limits
    One batch is looked at.

    Sources
    https://github.com/IDEA-CCNL/Fengshenbang-LM/issues/414
    """
    counts = {
        name: sum(token < 0 for row in batch_ids.get(name, []) for token in row)
        for name in ("input_ids", "decoder_input_ids")
    } | {
        name: sum(row.count(IGNORED) for row in batch_ids.get(name, []))
        for name in ("attention_mask", "decoder_attention_mask")
    }
    found = {name: count for name, count in counts.items() if count}
    if not found:
        return None
    told = ", ".join(f"{count} in {name}" for name, count in found.items())
    return Finding(
        Severity.ERROR if {"input_ids", "decoder_input_ids"} & set(found) else Severity.WARNING,
        f"padding of -100 stands outside the labels: {told}",
        Remedy(
            "pad inputs with the tokenizer's pad id, masks with 0, labels with -100",
            code="collator = DataCollatorForSeq2Seq(tokenizer, model=model)",
        ),
        dict(found),
    )

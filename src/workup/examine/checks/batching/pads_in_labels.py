"""BAT003"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.batches import live
from workup.examine.measurements.labels import Losses

# Where most of what is learned is the pad, the loss says nothing about the text.
_MOST = 0.5


@check("BAT003", "batching")
def pads_in_labels(
    label_rows: list[list[int]], tokenizer: Any, losses: Losses | None = None
) -> Finding | None:
    """Pad tokens count in the loss.

    What it checks
    Whether labels hold the pad token where the loss should look away (-100). A pad in first place does not
    count; a tokenizer whose pad is its end token is not judged.

    Why it matters
    Pads are the easiest tokens to predict. The more of them, the lower the reported loss, while the text is
    learned late or not at all; a model that has only learned them answers with nothing.

    Evidence
    The share of pads among the labels that count; where a model is at hand, its loss on text and on pads.

    Example
    Wrong: `labels = tokenizer(targets, padding="max_length", max_length=32).input_ids`. Right: leave the
    padding of labels to `DataCollatorForSeq2Seq`, or replace the pad id by -100.

    Remedy
    Set pads in the labels to -100.

    When it is harmless
    With enough steps an easy task is learned all the same; then only the reported loss misleads. Compare the
    loss on text with the loss reported.

    Known limits
    One batch is looked at.

    Sources
    https://github.com/huggingface/transformers/issues/6238
    """
    pad, end = tokenizer.pad_token_id, tokenizer.eos_token_id
    if pad is None or pad == end:
        return None
    rows = [live(row) for row in label_rows]
    total, pads = sum(map(len, rows)), sum(row[1:].count(pad) for row in rows)
    if not pads:
        return None
    share = pads / total
    evidence: dict[str, Any] = {"pads": pads, "labels": total, "share": round(share, 3)}
    told = ""
    if losses is not None and "pad" in losses.mean and "text" in losses.mean:
        evidence |= {"loss on text": losses.mean["text"], "loss on pads": losses.mean["pad"]}
        told = (
            f"; the loss on text is {losses.mean['text']:.2f}, on pads {losses.mean['pad']:.2f}, "
            f"reported {losses.reported:.2f}"
        )
    return Finding(
        Severity.ERROR if share > _MOST else Severity.WARNING,
        f"{pads} of {total} label tokens ({share:.0%}) are padding and count in the loss{told}",
        Remedy(
            "let the collator pad the labels, or set pads to -100",
            change={"tokens.mask_label_pads": True},
            code="labels[labels == tokenizer.pad_token_id] = -100",
        ),
        evidence,
    )

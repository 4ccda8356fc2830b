"""BAT005"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity

# Rightly shifted rows agree only where a token follows itself; nine in ten leaves room for odd positions.
_NEARLY_ALL = 0.9


@check("BAT005", "batching")
def labels_as_decoder_input(
    batch_ids: dict[str, list[list[int]]], batch: Mapping[str, Any], model: Any = None
) -> Finding | None:
    """The decoder is given the very token it has to say.

    What it checks
    Whether `decoder_input_ids` equal the labels position by position, where they should be one step behind.

    Why it matters
    The decoder learns to copy its input. The loss falls to nothing within a hundred steps, and generation,
    where there is nothing to copy, gives empty or senseless answers.

    Evidence
    The share of label positions where both agree, unshifted and shifted by one; where a model is at hand, its
    loss on the batch as it is and with the model's own shift.

    Example
    Wrong: `model(input_ids=x, decoder_input_ids=labels, labels=labels)`. Right:
    `model(input_ids=x, labels=labels)`.

    Remedy
    Drop `decoder_input_ids`; the model makes them from the labels.

    When it is harmless
    Never in training.

    Known limits
    One batch is looked at.

    Sources
    https://github.com/huggingface/transformers/issues/27714
    """
    inputs, labels = batch_ids.get("decoder_input_ids"), batch_ids.get("labels")
    if inputs is None or labels is None or len(inputs) != len(labels):
        return None
    same = shifted = total = 0
    for given, row in zip(inputs, labels, strict=True):
        for n, token in enumerate(row[: len(given)]):
            if token >= 0 and n > 0:
                total += 1
                same += given[n] == token
                shifted += given[n] == row[n - 1]
    if not total or same / total < _NEARLY_ALL or shifted >= same:
        return None
    evidence: dict[str, Any] = {"label positions": total, "equal": same, "equal when shifted": shifted}
    told = ""
    losses = _losses(model, batch) if model is not None else None
    if losses is not None:
        evidence |= {"loss as given": losses[0], "loss with the model's own shift": losses[1]}
        told = f"; the loss is {losses[0]:.2f} so and {losses[1]:.2f} with the model's own shift"
    return Finding(
        Severity.ERROR,
        f"decoder_input_ids equal the labels at {same} of {total} positions ({same / total:.0%}){told}",
        Remedy(
            "let the model make them from the labels: leave decoder_input_ids out, or ask it for them",
            code="batch['decoder_input_ids'] = model.prepare_decoder_input_ids_from_labels(batch['labels'])",
        ),
        evidence,
        harm="training loss near 0, generation empty or senseless",
    )


def _losses(model: Any, batch: Mapping[str, Any]) -> tuple[float, float] | None:
    """The loss on the batch as it is, and without its decoder inputs; None where that cannot be computed."""
    import torch

    known = {"input_ids", "attention_mask", "decoder_input_ids", "labels"}
    try:
        model.eval()
        device = next(model.parameters()).device
        given = {name: batch[name].to(device) for name in known if batch.get(name) is not None}
        with torch.no_grad():
            as_given = model(**given).loss.item()
            del given["decoder_input_ids"]
            return as_given, model(**given).loss.item()
    except Exception:  # evidence beside the finding; the finding stands without it
        return None

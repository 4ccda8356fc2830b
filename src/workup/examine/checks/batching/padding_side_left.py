"""BAT014"""

from __future__ import annotations

from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity

_PADS = 8
# Attention over other lengths rounds differently: a T5 moves by 1e-6. A BART moves by a tenth or more.
_ROUNDING = 1e-3


@check("BAT014", "batching")
def padding_side_left(
    tokenizer: Any, batch_ids: dict[str, list[list[int]]], model: Any = None
) -> Finding | None:
    """Rows are padded on the left, where the model counts positions from the first pad.

    What it checks
    With a tokenizer that pads on the left: whether the encoder reads a row differently with pads before it;
    and whether labels of the batch begin with ignored positions, where the decoder is given pads.

    Why it matters
    BART and its kin number positions from the left edge, pads included, so that a text is read differently
    beside longer texts. Labels padded on the left teach a decoder to answer after pads, which generation
    never gives it; that touches T5 too.

    Evidence
    How far the encoder's output moves with 8 pads before a row, relative to its size; the number of label
    rows that begin with ignored positions.

    Example
    Wrong: `tokenizer.padding_side = "left"` as for decoder-only models. Right: "right".

    Remedy
    Pad on the right.

    When it is harmless
    With relative positions in the encoder and labels that need no padding.

    Known limits
    One row is tried. A pipeline for text generation made with the same tokenizer turns its side to the left.

    Sources
    https://huggingface.co/docs/transformers/model_doc/bart and measured on tiny models; the test of this
    check repeats it.
    """
    if getattr(tokenizer, "padding_side", None) != "left" or not batch_ids.get("input_ids"):
        return None
    late = _late_labels(batch_ids, getattr(tokenizer, "pad_token_id", None))
    moved = _moved(model, tokenizer, batch_ids["input_ids"][0]) if model is not None else None
    told = []
    if moved is not None and moved > _ROUNDING:
        told.append(f"the encoder's output moves by {moved:.0%} with {_PADS} pads before a row")
    if late:
        told.append(f"{late} of {len(batch_ids['labels'])} label rows begin with ignored positions")
    if not told:
        return None
    return Finding(
        Severity.WARNING,
        f"the tokenizer pads on the left: {', and '.join(told)}",
        Remedy("pad on the right", code="tokenizer.padding_side = 'right'"),
        {"encoder moves by": moved, "label rows that begin late": late},
    )


def _late_labels(batch_ids: dict[str, list[list[int]]], pad: int | None) -> int:
    """Rows whose labels begin with ignored positions, over which the decoder is given pads."""
    labels = batch_ids.get("labels", [])
    inputs = batch_ids.get("decoder_input_ids") or [[] for _ in labels]
    late = 0
    for row, given in zip(labels, inputs, strict=False):
        first = next((n for n, token in enumerate(row) if token >= 0), 0)
        # A prompt that the decoder is given and the loss leaves out is no padding.
        late += first > 0 and all(token == pad for token in given[1 : first + 1])
    return late


def _moved(model: Any, tokenizer: Any, row: list[int]) -> float | None:
    """How far the encoder's output moves with pads before a row; None where that cannot be tried."""
    import torch

    pad = tokenizer.pad_token_id
    text = [token for token in row if token != pad and token >= 0]
    if pad is None or not text or not hasattr(model, "get_encoder"):
        return None
    model.eval()
    encoder = model.get_encoder()
    device = next(encoder.parameters()).device
    plain = torch.tensor([text], device=device)
    padded = torch.tensor([[pad] * _PADS + text], device=device)
    mask = torch.tensor([[0] * _PADS + [1] * len(text)], device=device)
    try:
        with torch.no_grad():
            alone = encoder(input_ids=plain, attention_mask=torch.ones_like(plain))[0].float()
            behind = encoder(input_ids=padded, attention_mask=mask)[0][:, _PADS:].float()
    except Exception:  # a text at the limit of positions, or an encoder of another kind
        return None
    return float((alone - behind).norm() / alone.norm())

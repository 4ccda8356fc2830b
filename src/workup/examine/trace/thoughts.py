"""What the model makes of a sequence, position by position, under the tokens that stand before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Thought:
    """At one position.

    Attributes:
        token: what stands there; negative: nothing that counts.
        loss: of that token in nats, and its `probability`; None where nothing counts.
        choice: the likeliest token, and its probability.
        end: probability that the answer is over.
    """

    token: int
    loss: float | None
    probability: float | None
    choice: int
    choice_probability: float
    end: float


def of_batch(model: Any, batch: Mapping[str, Any], ends: Collection[int]) -> list[Thought]:
    """Of the labels of a batch of one row, under the decoder's input in it."""
    import torch

    model.eval()
    with torch.no_grad():
        logits = model(**batch).logits[0]
    return _read(logits, batch["labels"][0].tolist(), ends)


def of_answer(
    model: Any, inputs: Mapping[str, Any], ids: Sequence[int], ends: Collection[int]
) -> list[Thought]:
    """Of the tokens of an answer behind its start token: one fewer than `ids`."""
    import torch

    if len(ids) < 2:
        return []
    model.eval()
    given = torch.tensor([list(ids[:-1])], device=model.device)
    with torch.no_grad():
        logits = model(**inputs, decoder_input_ids=given).logits[0]
    return _read(logits, ids[1:], ends)


def _read(logits: Any, tokens: Sequence[int], ends: Collection[int]) -> list[Thought]:
    """`logits` (T, V) beside T tokens."""
    shares = logits.float().log_softmax(-1)
    best = shares.max(-1)
    known_ends = [one for one in ends if one < shares.shape[-1]]
    over = shares[:, known_ends].exp().sum(-1).tolist()
    thoughts = []
    for place, token in enumerate(tokens):
        known = float(shares[place, token]) if token >= 0 else None
        thoughts.append(
            Thought(
                token,
                None if known is None else abs(known),
                None if known is None else float(shares[place, token].exp()),
                int(best.indices[place]),
                float(best.values[place].exp()),
                over[place],
            )
        )
    return thoughts


def greedy(
    model: Any, inputs: Mapping[str, Any], begin: Sequence[int], ends: Collection[int], most: int
) -> tuple[int, ...]:
    """The likeliest token again and again, at most `most` of them, with no setting of any kind.

    A plain loop and not `generate()`, so that no setting can have a say.
    """
    import torch

    model.eval()
    ids = list(begin)
    with torch.no_grad():
        encoded = model.get_encoder()(**inputs)
        while len(ids) <= most and not (len(ids) > len(begin) and ids[-1] in ends):
            logits = model(
                encoder_outputs=encoded,
                attention_mask=inputs.get("attention_mask"),
                decoder_input_ids=torch.tensor([ids], device=model.device),
            ).logits
            ids.append(int(logits[0, -1].argmax()))
    return tuple(ids)

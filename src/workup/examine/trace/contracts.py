"""What each stage owes the next, stated once: small functions of plain values, without a model.

Labels and ids are those of one row. `pad` and `end` are the tokenizer's ids; None: it has none.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from workup.examine.measurements.batches import edge_pads
from workup.examine.measurements.texts import plain
from workup.examine.measurements.tokens import strip as body_of
from workup.examine.trace.trace import Contract
from workup.pipeline.tokenization import IGNORED

# Where more than half of what counts in the loss is padding, the reported mean is that of the padding.
_MOST_PADS = 0.5


def many(number: int, name: str) -> str:
    """ "1 token", "2 tokens"."""
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


# --- input


def contains_the_text(source: str, text: str) -> Contract:
    """White space aside, the model reads what it is asked."""
    kept = plain(text) in plain(source)
    return Contract(
        "the source contains the text",
        "" if kept else "the source does not contain the text: the model never reads it",
    )


def begins_with_the_prefix(source: str, prefix: str) -> Contract:
    """In prediction as in training."""
    kept = source.startswith(prefix)
    return Contract(
        "the source begins with the prefix of the training",
        ""
        if kept
        else f"the source does not begin with {prefix!r}, which the training puts before every one",
    )


# --- tokenization


def has_an_end_token(end: int | None) -> Contract:
    """Without one no answer can be known to be over."""
    return Contract(
        "the tokenizer has an end token",
        "" if end is not None else "the tokenizer has no end token: no answer can come to an end",
    )


def ends_with_the_end_token(
    side: str, ids: Sequence[int], ends: Collection[int | None], special: Collection[int]
) -> Contract:
    """Other special tokens, such as a language code, may follow the end."""
    after = len(body_of(tuple(ids), frozenset(special)))
    kept = any(token in ends for token in ids[after:]) or (bool(ids) and ids[-1] in ends)
    return Contract(
        f"the {side} ends with the end token",
        "" if kept else f"the {side} does not end with the end token",
        side,
        () if kept else (max(0, len(ids) - 1),),
    )


def is_not_cut(side: str, kept: Sequence[int], whole: Sequence[int], last: int) -> Contract:
    """Ids without special tokens; `last`: position of the last that was kept.

    What is not the beginning of the whole is another text, not a cut one.
    """
    cut = len(whole) - len(kept) if tuple(kept) == tuple(whole[: len(kept)]) else 0
    told = f"the {side} is cut: it loses {cut} of its {many(len(whole), 'token')}"
    return Contract(f"the {side} is not cut", told if cut else "", side, (last,) if cut else ())


def pieces_are_known(ids: Sequence[int], unknown: int | None) -> Contract:
    """Of a target: what is unknown cannot be learned."""
    places = tuple(n for n, token in enumerate(ids) if token == unknown)
    return Contract(
        "every piece of the target is known",
        f"the vocabulary does not know {len(places)} of the target's {many(len(ids), 'piece')}"
        if places
        else "",
        "target",
        places,
    )


def survives(target: str, back: str) -> Contract:
    """Targets that lose something can never be answered exactly. White space may change."""
    kept = "".join(target.split()) == "".join(back.split())
    return Contract(
        "the target comes back from its ids",
        "" if kept else f"the target comes back from its ids as {back!r}",
        "target",
    )


# --- batching


def mask_fits(ids: Sequence[int], mask: Sequence[int] | None, pad: int | None, end: int | None) -> Contract:
    """Pads are those at the edges of a row; `mask` None: the batch has none."""
    left, right = edge_pads(list(ids), pad, end)
    due = [0] * left + [1] * (len(ids) - left - right) + [0] * right
    promise = "the mask is 1 exactly where no pad is"
    if mask is None:
        pads = tuple(n for n, seen in enumerate(due) if not seen)
        told = f"there is no mask, and {many(len(pads), 'pad')} would be read as text" if pads else ""
        return Contract(promise, told, "encoder", pads)
    wrong = tuple(
        n for n, (one, other) in enumerate(zip(mask, due, strict=False)) if bool(one) != bool(other)
    )
    hidden = sum(due[n] for n in wrong)
    told = " and ".join(
        [f"hides {many(hidden, 'token')}"] * (hidden > 0)
        + [f"shows {many(len(wrong) - hidden, 'pad')} as text"] * (len(wrong) > hidden)
    )
    return Contract(promise, f"the mask {told}" if wrong else "", "encoder", wrong)


def pads_are_ignored(labels: Sequence[int], pad: int | None, end: int | None) -> Contract:
    """Where the pad is the end token too, the first one is the end."""
    first_end = next((n for n, token in enumerate(labels) if token == end), len(labels))
    places = tuple(
        n
        for n, token in enumerate(labels)
        if pad is not None and token == pad and (pad != end or n > first_end)
    )
    return Contract(
        f"pads in the labels are {IGNORED}",
        f"the loss counts {many(len(places), 'pad')} in the labels; they must be {IGNORED}" if places else "",
        "decoder",
        places,
    )


def says_the_target(labels: Sequence[int], target: Sequence[int], special: Collection[int]) -> Contract:
    """Special tokens at the end aside; a target that was cut says its beginning."""
    live = [token for token in labels if token >= 0]
    body = _without_end(live, special)
    due = _without_end(target, special)[: len(body)]
    wrong = next((n for n, one in enumerate(body) if n >= len(due) or one != due[n]), None)
    promise = "the labels are the target's ids"
    if not live:
        return Contract(promise, "no label counts in the loss", "decoder")
    if wrong is None:
        return Contract(promise)
    position = [n for n, token in enumerate(labels) if token >= 0][wrong]
    return Contract(promise, "the labels are not the target's ids", "decoder", (position,))


def _without_end(ids: Sequence[int], special: Collection[int]) -> list[int]:
    last = len(ids)
    while last > 0 and ids[last - 1] in special:
        last -= 1
    return list(ids[:last])


def labels_end(labels: Sequence[int], end: int | None, pad: int | None) -> Contract:
    """The last label that counts, pads aside, is the end."""
    live = [n for n, token in enumerate(labels) if token >= 0 and (token != pad or pad == end)]
    kept = bool(live) and end is not None and labels[live[-1]] == end
    return Contract(
        "the labels end with the end token",
        "" if kept else "the labels do not end with the end token: the model never learns to stop",
        "decoder",
        () if kept else tuple(live[-1:]),
    )


def follows_the_labels(given: Sequence[int], own: Sequence[int], labels: Sequence[int]) -> Contract:
    """`own` is the model's own shift of the labels; behind the last label nothing matters."""
    counted = 1 + max((n for n, token in enumerate(labels) if token >= 0), default=-1)
    wrong = tuple(
        n for n in range(counted) if n >= len(given) or n >= len(own) or int(given[n]) != int(own[n])
    )
    told = ""
    if wrong and list(given[:counted]) == list(labels[:counted]):
        told = "the decoder is given the labels themselves: each token that it has to say, it reads"
    elif wrong:
        told = "the decoder's input is not the start token and the labels one place later"
    return Contract(
        "the decoder's input is the start token and the labels one place later", told, "decoder", wrong
    )


# --- model


def start_agrees(by_place: Mapping[str, Any]) -> Contract:
    """The token after which an answer begins, by where it is said; None: nothing is said there."""
    return _agrees("the start token is the same everywhere", "the decoder starts with", by_place, 0)


def pad_agrees(by_place: Mapping[str, Any]) -> Contract:
    """As `start_agrees`."""
    return _agrees("the pad is the same everywhere", "the pad is", by_place, 1)


def end_agrees(tokenizer: int | None, generation: Collection[int]) -> Contract:
    """`generation` are the tokens that end an answer."""
    kept = tokenizer is None or tokenizer in generation
    stops = " or ".join(map(str, sorted(generation))) or "none"
    return Contract(
        "generation stops at the end token of the labels",
        "" if kept else f"labels end with token {tokenizer}, but generation waits for {stops}",
        "ids",
        () if kept else (2,),
    )


def _agrees(promise: str, told: str, by_place: Mapping[str, Any], position: int) -> Contract:
    said = {place: token for place, token in by_place.items() if token is not None}
    kept = len(set(said.values())) <= 1
    parts = ", ".join(f"{token} in the {place}" for place, token in said.items())
    return Contract(promise, "" if kept else f"{told} {parts}", "ids", () if kept else (position,))


# --- training


def loss_is_a_number(loss: float) -> Contract:
    """Neither NaN nor infinite."""
    told = "" if math.isfinite(loss) else f"the loss is {loss}: weights or activations have left their range"
    return Contract("the loss is a number", told)


def loss_is_of_the_answer(pads: Sequence[int], counted: int) -> Contract:
    """`pads`: positions of those that count in the loss, among `counted` labels that do."""
    drowned = len(pads) > _MOST_PADS * counted
    told = (
        f"{len(pads)} of the {counted} labels in the loss are pads: a small loss says nothing of the answer"
    )
    return Contract(
        "the loss is that of the answer", told if drowned else "", "loss", tuple(pads) if drowned else ()
    )


# --- generation


def begins_with_the_start(ids: Sequence[int], start: int | None) -> Contract:
    """`start` is what the decoder begins with in training."""
    kept = start is None or (bool(ids) and ids[0] == start)
    return Contract(
        "generation begins with the start token of the training",
        "" if kept else f"generation begins with token {ids[0] if ids else None}, training with {start}",
        "answer",
        () if kept else (0,),
    )


def comes_to_its_end(ids: Sequence[int], ends: Collection[int], cap: int | None) -> Contract:
    """`ids` with the start token; `cap`: the most tokens that generation may add."""
    kept = any(token in ends for token in ids[1:])
    new = len(ids) - 1
    told = (
        f"the answer was cut at its cap of {many(new, 'token')}"
        if cap == new
        else f"no end came in {many(new, 'token')}"
    )
    return Contract(
        "the answer ends with the end token",
        "" if kept else told,
        "answer",
        () if kept else (max(0, len(ids) - 1),),
    )

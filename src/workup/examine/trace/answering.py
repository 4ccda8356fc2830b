"""The example in the model and on its way out: model, training, generation, output."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workup.examine.measurements.generating import base_of, frame
from workup.examine.measurements.texts import plain
from workup.examine.measurements.weights import position_limits
from workup.examine.trace import contracts, pieces, thoughts
from workup.examine.trace.contracts import many
from workup.examine.trace.example import Example
from workup.examine.trace.looks import looks_like
from workup.examine.trace.reading import NO_TARGET
from workup.examine.trace.trace import Cell, Contract, Line, Step, Strip
from workup.pipeline.tokenization import IGNORED
from workup.recipe import Generation

# A loop that never ends need not be followed further than this.
_MOST_TOKENS = 128
_MORE = 8
_UNTRAINED = "the end of the answer, because the base before its training owes none"


def model_step(example: Example, batch: Mapping[str, Any] | None) -> Step:
    """Start, pad and end as each part has them."""
    places = {
        "config": getattr(example.model, "config", None),
        "generation config": getattr(base_of(example.model), "generation_config", None),
        "tokenizer": example.tokenizer,
    }
    names = ("decoder_start_token_id", "pad_token_id", "eos_token_id")
    table = {
        place: [getattr(holder, name, None) for name in names]
        for place, holder in places.items()
        if holder is not None
    }
    trained = _trained_start(example, batch)
    if batch is not None and "labels" in batch:
        table["labels"] = [trained, None, None]
    lines = [Line("", tuple(Cell(name) for name in ("start", "pad", "end")))]
    lines += [Line(place, tuple(_id(example, one) for one in row)) for place, row in table.items()]
    starts = {place: row[0] for place, row in table.items() if isinstance(row[0], int)}
    return Step(
        "model",
        (("family", str(getattr(places["config"], "model_type", "unknown"))),),
        (Strip("ids", "special tokens, as each part has them", tuple(lines)),),
        (
            contracts.start_agrees(starts),
            contracts.pad_agrees({place: row[1] for place, row in table.items()}),
            contracts.end_agrees(example.end, example.ends),
        ),
    )


def training_step(example: Example, batch: Mapping[str, Any] | None) -> Step:
    """What each label costs, and what the model would say in its place."""
    if batch is None or "labels" not in batch:
        no_target = example.target is None and "labels" not in example.row
        return Step(
            "training", unchecked=(NO_TARGET if no_target else "the loss, because there are no labels",)
        )
    labels: list[int] = batch["labels"][0].tolist()
    if all(token < 0 for token in labels):
        return Step("training", unchecked=("the loss, because no label counts in it",))
    promise = "the model takes the batch"
    try:
        found = thoughts.of_batch(example.model, batch, example.ends)
    except Exception as error:
        return Step("training", contracts=(Contract(promise, _failed("the model", error)),))
    kinds = _by_kind(found, example.pad, example.end)
    every = [loss for losses in kinds.values() for _, loss in losses]
    reported = sum(every) / len(every)
    facts = [("reported loss", f"{reported:.3f} nats a token, the mean of {len(every)}")]
    for kind, losses in kinds.items():
        if losses:
            total = sum(loss for _, loss in losses)
            share = f"; {total / sum(every):.0%} of the sum" if sum(every) else ""
            facts.append((f"loss of {kind}", f"{total / len(losses):.3f}, the mean of {len(losses)}{share}"))
    return Step(
        "training",
        tuple(facts),
        (_loss_strip(example, labels, found),),
        (
            Contract(promise),
            contracts.loss_is_a_number(reported),
            contracts.loss_is_of_the_answer([place for place, _ in kinds["pad"]], len(every)),
        ),
    )


def _by_kind(
    found: Sequence[thoughts.Thought], pad: int | None, end: int | None
) -> dict[str, list[tuple[int, float]]]:
    """Position and loss of what counts, as "text", "end" or "pad"; behind an end, an end is a pad."""
    kinds: dict[str, list[tuple[int, float]]] = {"text": [], "end": [], "pad": []}
    for place, one in enumerate(found):
        if one.loss is None:
            continue
        ends = one.token == end and not (pad == end and kinds["end"])
        kind = "end" if ends else "pad" if one.token == pad else "text"
        kinds[kind].append((place, one.loss))
    return kinds


@dataclass(frozen=True)
class Answered:
    """What generation gave: ids with all that it began and ended them with, and their text."""

    ids: tuple[int, ...]
    text: str


def generation_step(example: Example, batch: Mapping[str, Any] | None) -> tuple[Step, Answered | None]:
    """What is said under the settings in effect, and what the model alone would say."""
    promise = "generate() answers"
    try:
        answered = _answer(example)
        shown = _to_the_end(answered.ids, example.ends)
        own = _alone(example, shown)
        strips = [_answer_strip(example, "answer", "what is said under the settings in effect", shown)]
        if own is not None and own != shown:
            title = "what the model alone says: the likeliest token each time, no settings"
            strips.append(_answer_strip(example, "alone", title, own))
    except Exception as error:
        return Step("generation", contracts=(Contract(promise, _failed("generate()", error)),)), None
    same = "as the model alone says" if own == shown else "not what the model alone says"
    facts = [("settings", _settings(example)), ("answer", f"{many(len(shown) - 1, 'token')}, {same}")]
    held = [Contract(promise), contracts.begins_with_the_start(shown, _trained_start(example, batch))]
    if example.trained:
        held.append(contracts.comes_to_its_end(shown, example.ends, example.cap))
    unchecked = () if example.trained else (_UNTRAINED,)
    return Step("generation", tuple(facts), tuple(strips), tuple(held), unchecked), answered


def output_step(example: Example, answered: Answered | None) -> Step:
    """The text that comes out, beside the one that was wanted."""
    if answered is None:
        return Step("output", unchecked=("the text, because nothing was generated",))
    facts = [("said", pieces.shortened(answered.text) or "(nothing)")]
    right = is_right(example, answered)
    if example.target is not None:
        facts += [("target", pieces.shortened(example.target)), ("equal", "yes" if right else "no")]
    seen = frame(example.tokenizer, example.model)
    looks = () if right else looks_like(answered.text, answered.ids, example.source, example.target, seen)
    if looks:
        facts.append(("looks like", "; ".join(looks)))
    return Step("output", tuple(facts))


def is_right(example: Example, answered: Answered | None) -> bool | None:
    """Whether the answer is the target, white space aside; None: nobody knows."""
    if answered is None or example.target is None:
        return None
    return plain(answered.text) == plain(example.target)


def _trained_start(example: Example, batch: Mapping[str, Any] | None) -> int | None:
    """The decoder's first token in training; None: it is another for each row, or nothing is said."""
    of_config = getattr(example.model.config, "decoder_start_token_id", None)
    if batch is None or "decoder_input_ids" not in batch:
        return of_config if isinstance(of_config, int) else None
    first = int(batch["decoder_input_ids"][0, 0])
    return None if _shifts_in_its_own_way(example.model, first, of_config) else first


def _shifts_in_its_own_way(model: Any, first: int, of_config: Any) -> bool:
    """Whether a family begins with a token of the row: mBART with its last, a language code."""
    return first != of_config and str(getattr(model.config, "model_type", "")) in ("mbart", "plbart")


def _answer(example: Example) -> Answered:
    from workup.pipeline.generation import generate

    if isinstance(example.generation, Generation):
        model, tokenizer = base_of(example.model), example.tokenizer
        _, candidates = next(generate(model, tokenizer, [example.source], example.tokens, example.generation))
        return Answered(candidates[0].ids, candidates[0].text)
    import torch

    example.model.eval()
    with torch.no_grad():
        output = example.model.generate(**example.inputs, **(example.generation or {}))
    ids = tuple(getattr(output, "sequences", output)[0].tolist())
    return Answered(ids, str(example.tokenizer.decode(list(ids), skip_special_tokens=True)).strip())


def _alone(example: Example, shown: Sequence[int]) -> tuple[int, ...] | None:
    """Greedy search with nothing set, long enough to see whether an end would come."""
    start = example.start
    if start is None:
        return None
    forced = getattr(base_of(example.model).generation_config, "forced_bos_token_id", None)
    begin = [start, forced] if isinstance(forced, int) else [start]
    longest = position_limits(base_of(example.model)).get("decoder", _MOST_TOKENS)
    wanted = max(len(shown), len(example.target_ids) + _MORE, example.cap or 0)
    most = min(_MOST_TOKENS, longest, wanted)
    return thoughts.greedy(base_of(example.model), example.inputs, begin, example.ends, most)


def _to_the_end(ids: Sequence[int], ends: Collection[int]) -> tuple[int, ...]:
    """The ids up to their first end; the start may be the same token."""
    for place, token in enumerate(ids[1:], 1):
        if token in ends:
            return tuple(ids[: place + 1])
    return tuple(ids)


def _settings(example: Example) -> str:
    if isinstance(example.generation, Generation):
        return ", ".join(f"{name} {value}" for name, value in example.generation.model_dump().items())
    given = ", ".join(f"{name} {value}" for name, value in (example.generation or {}).items())
    return pieces.shortened(given) or f"the model's own, at most {example.cap} tokens"


def _loss_strip(example: Example, labels: Sequence[int], found: Sequence[thoughts.Thought]) -> Strip:
    return Strip(
        "loss",
        "what the model would say at each position, given all that stands before it",
        (
            example.pieces.line("label", labels),
            pieces.losses("loss", [one.loss for one in found]),
            pieces.shares("probability", [one.probability for one in found]),
            example.pieces.line("model says", [IGNORED if one.loss is None else one.choice for one in found]),
            pieces.shares("", [None if one.loss is None else one.choice_probability for one in found]),
        ),
    )


def _answer_strip(example: Example, name: str, title: str, ids: Sequence[int]) -> Strip:
    found = thoughts.of_answer(base_of(example.model), example.inputs, ids, example.ends)
    return Strip(
        name,
        title,
        (
            example.pieces.line("says", ids),
            example.pieces.ids("", ids),
            pieces.shares("probability", [None, *(one.probability for one in found)]),
            pieces.shares("of the end", [None, *(one.end for one in found)]),
        ),
    )


def _id(example: Example, token: Any) -> Cell:
    if isinstance(token, list | tuple):
        return Cell(", ".join(map(example.pieces.named, token)))
    return Cell(example.pieces.named(token), "text" if isinstance(token, int) else "ignored")


def _failed(what: str, error: Exception) -> str:
    return f"{what} fails with {type(error).__name__}: {str(error).partition(chr(10))[0][:200]}"

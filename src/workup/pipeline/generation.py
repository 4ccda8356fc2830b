"""GENERATION: sources to ranked answers, through the settings the model was stored with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from workup.pipeline.tokenization import encode_sources
from workup.recipe import Generation, Tokens

_BATCH = 32
# Tokens a checkpoint forces or forbids because its family was pretrained so (mBART's language, Marian's pad).
_OF_THE_FAMILY = (
    "forced_bos_token_id",
    "forced_eos_token_id",
    "bad_words_ids",
    "suppress_tokens",
    "begin_suppress_tokens",
)


@dataclass(frozen=True)
class Candidate:
    """One generated text, its ids with all that the model began and ended it with, and its log-probability.

    The log-probability is that by which the beam search ranks; greedy search gives none.
    """

    text: str
    ids: tuple[int, ...]
    score: float | None


def generate(
    model: Any,
    tokenizer: Any,
    sources: Sequence[str],
    tokens: Tokens,
    generation: Generation,
    candidates: int = 1,
) -> Iterator[tuple[int, list[Candidate]]]:
    """For each source (prefix included) its best texts, best first; yields (position, candidates).

    Rows of like length are generated together, so positions come out of order. More candidates than
    `generation.num_beams` widen the search to that many beams.
    """
    import torch

    encoded, _ = encode_sources(tokenizer, sources, tokens)
    order = sorted(range(len(sources)), key=lambda i: len(encoded[i]["input_ids"]))
    settings = _config(model, tokenizer, generation, candidates)
    model.eval()
    for start in range(0, len(order), _BATCH):
        positions = order[start : start + _BATCH]
        batch = tokenizer.pad([encoded[i] for i in positions], return_tensors="pt").to(model.device)
        with torch.inference_mode(), _only(model, settings):
            output = model.generate(**batch)
        scores = _scores(output, len(positions) * candidates)
        rows = output.sequences.tolist()
        for row, position in enumerate(positions):
            span = range(row * candidates, (row + 1) * candidates)
            yield (
                position,
                [Candidate(_decode(tokenizer, rows[i]), tuple(rows[i]), scores[i]) for i in span],
            )


def _config(model: Any, tokenizer: Any, generation: Generation, candidates: int) -> Any:
    from transformers import GenerationConfig

    beams = max(generation.num_beams, candidates)
    settings = generation.model_dump(exclude={"num_beams"})
    if beams == 1:
        settings = {k: v for k, v in settings.items() if k not in {"length_penalty", "early_stopping"}}
    stored = model.generation_config
    return GenerationConfig(
        **settings,
        num_beams=beams,
        num_return_sequences=candidates,
        do_sample=False,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        decoder_start_token_id=model.config.decoder_start_token_id,
        **{name: getattr(stored, name) for name in _OF_THE_FAMILY},
        return_dict_in_generate=True,
        output_scores=True,
    )


@contextmanager
def _only(model: Any, settings: Any) -> Iterator[None]:
    """Generate by `settings` alone.

    Settings handed to `generate` are not enough: transformers fills in the checkpoint's own wherever ours
    equal its defaults.
    """
    stored = model.generation_config
    model.generation_config = settings
    try:
        yield
    finally:
        model.generation_config = stored


def _scores(output: Any, count: int) -> list[float | None]:
    beam_scores = getattr(output, "sequences_scores", None)
    return [None] * count if beam_scores is None else list(beam_scores.tolist())


def _decode(tokenizer: Any, ids: list[int]) -> str:
    """Text up to the first end token: finished beams are filled up with more of them."""
    body = ids[1:]
    if tokenizer.eos_token_id in body:
        body = body[: body.index(tokenizer.eos_token_id)]
    return str(tokenizer.decode(body, skip_special_tokens=True)).strip()

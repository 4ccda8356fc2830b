"""Exact closed-set scoring: the probability of every known answer, without generating one.

A model that must choose among known answers is asked for the probability of each of them. The answers are
laid into one trie of token sequences, in which shared beginnings stand once. A batch of sources is encoded
once; then the decoder reads the nodes of the trie side by side, as if they were one long target:

* a mask lets every node see itself and its ancestors only, so that it reads exactly its own prefix
  (the tree attention of SpecInfer, Miao 2023);
* its position is its depth (`positions.py`);
* cross-attention keys and values are computed once per source, and all nodes of all blocks share them.

All that is handed to transformers through its own parameters: a 4-dimensional `decoder_attention_mask`, which
it takes as it is and adds to the attention scores, and an `EncoderDecoderCache` with the cross-attention of
earlier blocks. Only positions have no parameter; they go through torch's forward pre-hooks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from workup.errors import DataError, ModelError
from workup.pipeline.model import FAMILIES
from workup.pipeline.scoring.memory import nodes_within, pass_bytes
from workup.pipeline.scoring.positions import positions_by_depth
from workup.pipeline.scoring.targets import targets
from workup.pipeline.scoring.trie import Block, Trie, block_of, blocks
from workup.pipeline.tokenization import encode_sources
from workup.recipe import Tokens

MEMORY = 128 * 2**20  # bytes
# More nodes are no faster, because attention among them grows with their square: 820 nodes of a small T5 took
# a fifth less time in blocks of 160 to 420 than at once.
_NODES = 320
_BATCH = 32  # sources
_CHUNK = 64  # nodes whose logits are summed up at a time

Floats = npt.NDArray[np.float64]
# Families with positions in one of the two kinds of module that `positions.py` knows.
SUPPORTED = tuple(kind for kind in FAMILIES if kind != "encoder-decoder")


@dataclass(frozen=True)
class Scores:
    """What a model makes of N sources: natural-log probabilities (N, answers) of the complete answers.

    The probability of an answer is that of all its texts together, each to its end token. `means` (N, D) are
    the encoder's output, averaged over the tokens of each source.
    """

    answers: tuple[str, ...]
    log_probabilities: Floats
    means: Floats

    @property
    def outside(self) -> Floats:
        """(N,), 0 to 1: the probability that the model writes something else than the texts of the answers.

        The texts exclude each other, so that their probabilities add up. A known text in other pieces than
        the tokenizer's own counts as something else, and so does what `floor` left out.
        """
        inside = np.logaddexp.reduce(self.log_probabilities, axis=1)
        outside: Floats = np.clip(-np.expm1(inside), 0.0, 1.0)
        return outside


class Source:
    """Encoded sources: their states (B, S, D) and mask (B, S), and the decoder's keys and values of them.

    The first pass over a source fills `cross_attention`, all others read it.
    """

    def __init__(self, states: Any, mask: Any) -> None:
        from transformers import DynamicCache

        self.states, self.mask, self.cross_attention = states, mask, DynamicCache()


class ClosedSet:
    """A model with the answers that it is to choose from."""

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        answers: Mapping[str, Sequence[str]],
        tokens: Tokens | None = None,
        memory: int = MEMORY,
    ) -> None:
        """Prepare for scoring.

        Args:
            model: an encoder-decoder of the T5 or BART family.
            tokenizer: the model's own.
            answers: for each answer the texts that give it, as the model writes them (target template
                included).
            tokens: how the fine-tune turned texts into ids; the recipe's defaults where it is not given.
            memory: bytes that a decoder pass may take beside weights and encoder, by the estimate of
                `memory.py`. It decides how many nodes of the trie are read, and how many sources scored, at
                once. A single answer that needs more is read all the same.

        Raises:
            ModelError: the model is no encoder-decoder of a supported family.
            DataError: the answers cannot be told apart or not be written; see `targets.targets`, and an
                answer must fit the positions that the decoder has.
        """
        _refuse_other_families(model.config)
        self.model, self.tokenizer, self.tokens = model.eval(), tokenizer, tokens or Tokens()
        self._targets = targets(tokenizer, answers, self.tokens)
        self._beginning = _beginning(model)
        self.trie = Trie.of([_whole(self._beginning, ids) for ids in self._targets.sequences])
        self._refuse_too_deep()
        size = min(nodes_within(model.config, memory), _NODES)
        self._blocks = tuple(blocks(self.trie, size))
        largest = max(len(block.nodes) for block in self._blocks)
        self._batch = min(max(memory // pass_bytes(model.config, largest, 1), 1), _BATCH)

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers, in the order of the columns of every result."""
        return self._targets.answers

    def score(self, sources: Sequence[str], floor: float = 0.0) -> Scores:
        """Score every answer for each source (prefix included), read as `generate` reads it.

        Args:
            floor: a probability. Beginnings that are less likely are not followed, so that an answer below it
                may get minus infinity; all others are as exact as without, in a fraction of the time.
        """
        encoded, _ = encode_sources(self.tokenizer, sources, self.tokens)
        order = sorted(range(len(sources)), key=lambda i: len(encoded[i]["input_ids"]))
        log_probabilities = np.empty((len(sources), len(self.answers)))
        means = np.empty((len(sources), self.model.get_encoder().config.hidden_size))
        for start in range(0, len(order), self._batch):
            positions = order[start : start + self._batch]
            batch = self.tokenizer.pad(
                [encoded[i] for i in positions], return_tensors="pt", pad_to_multiple_of=_multiple(self.model)
            )
            found = self._score(batch.to(self.model.device), floor)
            log_probabilities[positions], means[positions] = found
        return Scores(self.answers, log_probabilities, means)

    @torch.inference_mode()
    def _score(self, batch: Any, floor: float) -> tuple[Floats, Floats]:
        """(B, answers) and (B, D) for a batch of padded sources (B, S)."""
        mask = batch["attention_mask"]
        states = self.model.get_encoder()(**batch, return_dict=True).last_hidden_state
        if floor:
            rows = [self._follow(Source(states[[i]], mask[[i]]), math.log(floor)) for i in range(len(mask))]
            sums = np.stack(rows)
        else:
            sums = self.trie.sum_paths(self._read_all(Source(states, mask)))
        added_up: Floats = np.logaddexp.reduceat(sums[:, self.trie.ends], self._targets.starts, axis=1)
        return added_up, mean_states(states, mask)

    def _read_all(self, source: Source) -> Floats:
        """(B, nodes) the log-probability of each node's token behind its parent."""
        steps = np.zeros((len(source.mask), len(self.trie)))
        for block in self._blocks:
            steps[:, block.predicted] = self._steps(block, source)
        steps[:, : len(self._beginning)] = 0.0  # given, not chosen
        return steps

    def _follow(self, source: Source, floor: float) -> Floats:
        """(nodes,) the log-probability of each prefix, from the likely ones on; minus infinity of the rest.

        Every round reads what follows the likely prefixes without a choice, and chooses again at its end.
        """
        trie, given = self.trie, len(self._beginning)
        sums = np.full(len(trie), -np.inf)
        sums[:given] = 0.0
        likely = np.array([0])
        while len(likely):
            read = np.concatenate([np.arange(node, trie.stretches[node]) for node in likely])
            now = block_of(trie, read)
            steps = self._steps(now, source)[0]
            for node, step in zip(now.predicted.tolist(), steps.tolist(), strict=True):
                if node >= given:
                    sums[node] = sums[trie.parents[node]] + step
            ahead = now.predicted[~np.isin(now.predicted, read)]
            likely = ahead[(sums[ahead] >= floor) & (trie.stretches[ahead] > 0)]
        return sums

    def _steps(self, block: Block, source: Source) -> Floats:
        """(B, P) the log-probability of what a block predicts."""
        logits = self._read(block, source)
        return _log_softmax_at(logits, block.rows, self.trie.tokens[block.predicted])

    def _read(self, block: Block, source: Source) -> Any:
        """The logits (B, Q, V) of what follows each node of a block."""
        from transformers import DynamicCache, EncoderDecoderCache
        from transformers.modeling_outputs import BaseModelOutput

        device = self.model.device
        block = block.padded(_multiple(self.model))
        hidden = torch.from_numpy(~block.visible).to(device)
        mask = torch.zeros(hidden.shape, dtype=self.model.dtype, device=device)
        mask.masked_fill_(hidden, torch.finfo(mask.dtype).min)
        nodes = torch.from_numpy(self.trie.tokens[block.nodes]).to(device)
        depths = torch.from_numpy(self.trie.depths[block.nodes]).to(device)
        with positions_by_depth(self.model.get_decoder(), depths):
            return self.model(
                encoder_outputs=BaseModelOutput(source.states),
                attention_mask=source.mask,
                decoder_input_ids=nodes.expand(len(source.mask), -1),
                decoder_attention_mask=mask[None, None],
                past_key_values=EncoderDecoderCache(DynamicCache(), source.cross_attention),
                use_cache=True,
            ).logits

    def _refuse_too_deep(self) -> None:
        """T5's positions have no end, BART's do."""
        room = getattr(self.model.config, "max_position_embeddings", None)
        needed = int(self.trie.depths.max())
        if room is not None and needed > room:
            answer, length = self._targets.longest
            raise DataError(
                f"answer {answer!r} takes {length} tokens, but the decoder has {room} positions; shorten it"
            )


def _multiple(model: Any) -> int:
    """Of which lengths are padded to multiples, so that there are few of them.

    In bfloat16 a CPU's library compiles a program for each shape, and forgets old ones.
    """
    return 32 if model.dtype == torch.bfloat16 else 1


def mean_states(states: Any, mask: Any) -> Floats:
    """(B, D) the mean of encoder states (B, S, D) over the tokens that the mask (B, S) leaves."""
    seen = mask[..., None]
    means: Floats = ((states.float() * seen).sum(dim=1) / seen.sum(dim=1)).double().cpu().numpy()
    return means


def _log_softmax_at(logits: Any, rows: Any, tokens: Any) -> Floats:
    """(B, P): the log-probability of each token in its row of the logits (B, Q, V)."""
    chunks = logits.split(_CHUNK, dim=1)
    normaliser = torch.cat([chunk.float().logsumexp(dim=-1) for chunk in chunks], dim=1)
    found = logits[:, rows, tokens].float() - normaliser[:, rows]
    values: Floats = found.double().cpu().numpy()
    return values


def _beginning(model: Any) -> tuple[int, ...]:
    """What every generation begins with: the start token, and the token that some checkpoints force."""
    forced = model.generation_config.forced_bos_token_id
    return (model.config.decoder_start_token_id, *([] if forced is None else [forced]))


def _whole(beginning: Sequence[int], ids: Sequence[int]) -> tuple[int, ...]:
    """A target behind the beginning; a forced token that the tokenizer writes as well stands there once."""
    forced = beginning[1:]
    return (*beginning, *(ids[len(forced) :] if tuple(ids[: len(forced)]) == tuple(forced) else ids))


def _refuse_other_families(config: Any) -> None:
    if config.model_type not in SUPPORTED:
        names = ", ".join(FAMILIES[kind] for kind in SUPPORTED)
        kind = "encoder-decoder" if config.is_encoder_decoder else "decoder or encoder alone"
        raise ModelError(
            f"answers cannot be scored with a {config.model_type} model ({kind}); supported families: {names}"
        )

"""How a model reads sources and the nodes of a trie: what a closed set needs of it, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch

from workup.pipeline.scoring.positions import positions_by_depth
from workup.pipeline.scoring.trie import Block, Nodes, Trie

# What a tokenizer makes of a text: `input_ids`, and as long an `attention_mask` of ones and zeros.
Tokenized = Mapping[str, Sequence[int]]
Floats = npt.NDArray[np.float64]
_LOG2_E = math.log2(math.e)  # e^x = 2^(x log2 e), which torch computes in a third of the time on a CPU
_CHUNK = 256  # rows whose logits are summed up at a time, so that they stay in the processor's cache


@dataclass(frozen=True)
class Read:
    """What a model makes of a block for one source.

    Attributes:
        steps: (P,) the log-probabilities of what the block predicts.
        others: (R,) behind each row that is asked, that of the likeliest token which the block does not
            predict there.
    """

    steps: Floats
    others: Floats


class Encoded(Protocol):
    """N sources, as the encoder left them."""

    @property
    def means(self) -> Floats:
        """(N, D) the encoder's output, averaged over the tokens of each source."""


class Reader(Protocol):
    """A model that reads.

    Attributes:
        by_threads: whether several threads may use the model at the same time.
    """

    by_threads: bool

    def encode(self, sources: Sequence[Tokenized]) -> Any:
        """Encode sources; the result is an `Encoded` for `read`."""

    def read(self, trie: Trie, encoded: Any, blocks: Mapping[int, Block]) -> dict[int, Read]:
        """For some of the sources, by number, read a block each."""


class LibraryReader:
    """A model of any supported family, read through transformers.

    Nodes and their ancestors are handed over as a 4-dimensional `decoder_attention_mask`, which transformers
    takes as it is and adds to the attention scores; an `EncoderDecoderCache` holds the cross-attention of
    earlier blocks. Only positions have no parameter; they go through torch's forward pre-hooks, so one thread
    at a time may read.
    """

    by_threads = False

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self.model, self.tokenizer = model, tokenizer

    def encode(self, sources: Sequence[Tokenized]) -> EncodedBatch:
        """See `Reader`."""
        padded = self.tokenizer.pad(
            [dict(source) for source in sources], return_tensors="pt", pad_to_multiple_of=self._multiple
        )
        batch = padded.to(self.model.device)
        states = self.model.get_encoder()(**batch, return_dict=True).last_hidden_state
        return EncodedBatch(states, batch["attention_mask"])

    def read(self, trie: Trie, encoded: EncodedBatch, blocks: Mapping[int, Block]) -> dict[int, Read]:
        """See `Reader`. All sources are read in one pass where they all read the same block."""
        if len(blocks) == len(encoded.mask) and len({id(block) for block in blocks.values()}) == 1:
            logits = self._logits(trie, encoded, next(iter(blocks.values())))
            return {number: _read_off(trie, logits[number], block) for number, block in blocks.items()}
        return {
            number: _read_off(trie, self._logits(trie, encoded.alone[number], block)[0], block)
            for number, block in blocks.items()
        }

    def _logits(self, trie: Trie, encoded: EncodedBatch, block: Block) -> Any:
        """(N, Q, V) the logits of what follows each node of a block."""
        from transformers import DynamicCache, EncoderDecoderCache
        from transformers.modeling_outputs import BaseModelOutput

        device = self.model.device
        block = block.padded(self._multiple)
        hidden = torch.from_numpy(~block.visible).to(device)
        mask = torch.zeros(hidden.shape, dtype=self.model.dtype, device=device)
        mask.masked_fill_(hidden, torch.finfo(mask.dtype).min)
        nodes = torch.from_numpy(trie.tokens[block.nodes]).to(device)
        depths = torch.from_numpy(trie.depths[block.nodes]).to(device)
        with positions_by_depth(self.model.get_decoder(), depths):
            return self.model(
                encoder_outputs=BaseModelOutput(encoded.states),
                attention_mask=encoded.mask,
                decoder_input_ids=nodes.expand(len(encoded.mask), -1),
                decoder_attention_mask=mask[None, None],
                past_key_values=EncoderDecoderCache(DynamicCache(), encoded.cross_attention),
                use_cache=True,
            ).logits

    @property
    def _multiple(self) -> int:
        """Of which lengths are padded to multiples, so that there are few of them.

        In bfloat16 a CPU's library compiles a program for each shape, and forgets old ones.
        """
        return 32 if self.model.dtype == torch.bfloat16 else 1


class EncodedBatch:
    """Padded sources: their states (N, S, D) and mask (N, S), and the decoder's keys and values of them.

    The first pass over them fills `cross_attention`, all others read it.
    """

    def __init__(self, states: Any, mask: Any) -> None:
        from transformers import DynamicCache

        self.states, self.mask, self.cross_attention = states, mask, DynamicCache()

    @property
    def means(self) -> Floats:
        """See `Encoded`."""
        seen = self.mask[..., None]
        means: Floats = ((self.states.float() * seen).sum(dim=1) / seen.sum(dim=1)).double().cpu().numpy()
        return means

    @cached_property
    def alone(self) -> list[EncodedBatch]:
        """Each source by itself."""
        return [EncodedBatch(self.states[[row]], self.mask[[row]]) for row in range(len(self.mask))]


def _read_off(trie: Trie, logits: Any, block: Block) -> Read:
    """What a block's logits (Q, V) say."""
    tokens = trie.tokens[block.predicted]
    chosen = logits[block.asked[block.by], tokens].double().cpu().numpy()
    rest = Rest.of(lambda chunk: logits[block.asked[chunk]].float(), len(block.asked), block.by, tokens)
    steps, others = rest.beside(block.by, chosen)
    return Read(steps, others)


@dataclass(frozen=True)
class Rest:
    """What the logits (Q, V) of Q rows hold apart from some tokens that are named.

    Those are computed exactly anyway, and mostly have nearly all of the probability: how exactly the rest is
    known counts for no more than its share.

    Attributes:
        sums: (Q,) the logarithms of the sums of their exponentials; `highest`: (Q,) the highest of them.
    """

    sums: Floats
    highest: Floats

    @classmethod
    def of(
        cls,
        logits_of: Callable[[slice], Any],
        size: int,
        rows: Nodes,
        tokens: Nodes,
        at_once: int = _CHUNK,
    ) -> Rest:
        """Of `size` rows without tokens (P,), each in its row (P,).

        Args:
            logits_of: the logits (C, V) of some of the rows, in float32; they are changed.
            at_once: of how many.
        """
        sums, highest = np.empty(size), np.empty(size)
        for start in range(0, size, at_once):
            chunk = slice(start, min(start + at_once, size))
            logits = logits_of(chunk)
            here = (chunk.start <= rows) & (rows < chunk.stop)
            logits[rows[here] - start, tokens[here]] = -torch.inf
            top = logits.amax(dim=-1, keepdim=True)
            shares = logits.sub_(top).mul_(_LOG2_E).exp2_().sum(dim=-1, keepdim=True)
            highest[chunk] = top[:, 0].double().cpu().numpy()
            sums[chunk] = (top + shares.log())[:, 0].double().cpu().numpy()
        return cls(sums, highest)

    def beside(self, rows: Nodes, named: Floats) -> tuple[Floats, Floats]:
        """(P,) log-probabilities of the named tokens by their logits, and (Q,) of the highest others."""
        normalisers = self.sums.copy()
        np.logaddexp.at(normalisers, rows, named)
        return named - normalisers[rows], self.highest - normalisers

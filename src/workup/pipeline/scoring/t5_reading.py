"""T5 (Raffel 2020), read by their weights: what transformers computes, in a fraction of the time.

Sources of different lengths, and the nodes that each of them reads, stand one behind the other in a single
tensor of rows, so nothing is padded and all matrix products are large; attention alone looks at each source
by itself. The products are oneDNN's, whose float32 kernels use all of a processor's vector width, which MKL's
do not on every processor: they took 0.45 of the time on one with AVX-512 by AMD.

Weights are read where they are, so a model that is trained on or cast to bfloat16 is read as it is then.
Nothing is changed in the model, so any number of threads may read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import linear, rms_norm, scaled_dot_product_attention

from workup.pipeline.scoring import eight_bits
from workup.pipeline.scoring.eight_bits import EightBits
from workup.pipeline.scoring.reading import Floats, Read, Rest, Tokenized
from workup.pipeline.scoring.trie import Block, Nodes, Trie
from workup.pipeline.scoring.trie import blocks as blocks_of

# oneDNN compiles a program for each number of rows, so they are rounded up to multiples of the first, or of
# the second where there are many.
_FEW, _MANY = 16, 64
_NODES = 320  # of a trie that look at each other at a time


@dataclass(frozen=True)
class Pieces:
    """Rows of a tensor that belong to several sequences: those of the i-th end before `cuts[i + 1]`."""

    cuts: Sequence[int]

    @classmethod
    def of(cls, lengths: Iterable[int]) -> Pieces:
        """Sequences of so many rows, one behind the other."""
        return cls(np.cumsum([0, *lengths]).tolist())

    @property
    def rows(self) -> int:
        """How many rows a tensor of all pieces has, with those at the end that belong to none."""
        multiple = _FEW if self.cuts[-1] <= 4 * _MANY else _MANY
        return -(-self.cuts[-1] // multiple) * multiple

    def __iter__(self) -> Iterator[slice]:
        return (slice(*pair) for pair in pairwise(self.cuts))

    def heads(self, rows: Any, heads: Any) -> Sequence[Any]:
        """Views (heads, N, d) of the rows (rows, heads * d) of each piece."""
        by_head = rows.view(len(rows), heads.n_heads, -1).transpose(0, 1)
        found: Sequence[Any] = by_head.tensor_split(self.cuts[1:], dim=1)[:-1]
        return found

    def fill(self, ids: Iterable[npt.ArrayLike], device: Any) -> Any:
        """(rows,) the token ids of each piece; the rows of none hold token 0."""
        filled = np.zeros(self.rows, dtype=np.int64)
        for piece, values in zip(self, ids, strict=True):
            filled[piece] = values
        return torch.from_numpy(filled).to(device)


@dataclass
class EncodedRows:
    """Sources one behind the other: states (rows, D); by decoder layer, keys and values of each."""

    pieces: Pieces
    states: Any
    cross_attention: dict[int, list[Sequence[Any]]] = field(default_factory=dict)

    @property
    def means(self) -> Floats:
        """See `reading.Encoded`."""
        means = [self.states[piece].float().mean(dim=0) for piece in self.pieces]
        found: Floats = torch.stack(means).double().cpu().numpy()
        return found


class _Kept:
    """Something that was computed from weights, until these are changed or replaced, which torch counts."""

    def __init__(self) -> None:
        self._kept: tuple[Any, Any, Any] = None, None, None

    def value(self, weights: Sequence[Any], compute: Callable[[], Any], of: Any = None) -> Any:
        """What was computed, or is now; `of`: what else it depends on."""
        version = tuple((weight.data_ptr(), weight.dtype, weight._version) for weight in weights)
        of_before, before, found = self._kept
        if of_before is not of or before != version:
            found = compute()
            self._kept = of, version, found
        return found


class T5Reader:
    """See `reading.Reader`."""

    by_threads = True

    def __init__(self, model: Any) -> None:
        self.model = model
        self._first, self._vocabulary = _Kept(), _Kept()

    def encode(self, sources: Sequence[Tokenized]) -> EncodedRows:
        """See `Reader`. Padding is left out: T5 reads distances, and those between tokens stay."""
        ids = [np.extract(source["attention_mask"], source["input_ids"]) for source in sources]
        encoder, pieces = self.model.encoder, Pieces.of(map(len, ids))
        hidden = encoder.embed_tokens(pieces.fill(ids, self.model.device))
        longest = max(map(len, ids))
        bias = encoder.block[0].layer[0].SelfAttention.compute_bias(longest, longest)
        biases = [bias[0, :, : len(one), : len(one)].contiguous() for one in ids]
        for block in encoder.block:
            attention, feed_forward = block.layer
            hidden = _self_attention(attention, hidden, pieces, biases)
            hidden = _feed_forward(feed_forward, hidden)
        return EncodedRows(pieces, _normed(encoder.final_layer_norm, hidden))

    def read(self, trie: Trie, encoded: EncodedRows, blocks: Mapping[int, Block]) -> dict[int, Read]:
        """See `Reader`; all blocks are read in one pass.

        Behind the first layer of a decoder, whose self-attention is known, nodes look at each other only if
        there is a second one; else only those of which something is asked are read.
        """
        decoder, first = self.model.decoder, self._first_states(trie)
        alone = len(decoder.block) == 1
        looked_at = [block.parents if alone else block.nodes for block in blocks.values()]
        pieces = Pieces.of(map(len, looked_at))
        hidden = first[pieces.fill(looked_at, first.device)]
        biases = [] if alone else self._biases(trie, blocks.values())
        for number, block in enumerate(decoder.block):
            attention, cross_attention, feed_forward = block.layer
            if number > 0:
                hidden = _self_attention(attention, hidden, pieces, biases)
            if number not in encoded.cross_attention:
                heads = cross_attention.EncDecAttention
                both = [_product(encoded.states, part) for part in (heads.k, heads.v)]
                encoded.cross_attention[number] = [encoded.pieces.heads(one, heads) for one in both]
            keys, values = ([of[source] for source in blocks] for of in encoded.cross_attention[number])
            hidden = _cross_attention(cross_attention, hidden, pieces, keys, values)
            hidden = _feed_forward(feed_forward, hidden)
        hidden = _normed(decoder.final_layer_norm, hidden)
        if _is_scaled(self.model.config):
            hidden = hidden * self.model.config.d_model**-0.5
        asked = Pieces.of(len(block.asked) for block in blocks.values())
        if not alone:
            places = zip(blocks.values(), pieces, strict=True)
            hidden = hidden[asked.fill((block.asked + at.start for block, at in places), hidden.device)]
        return self._read_off(trie, hidden, asked, blocks)

    def _read_off(
        self, trie: Trie, hidden: Any, asked: Pieces, blocks: Mapping[int, Block]
    ) -> dict[int, Read]:
        """What the decoder's output says, in which those rows of each block stand that are asked."""
        head = self.model.lm_head
        rows = np.concatenate(
            [block.by + piece.start for block, piece in zip(blocks.values(), asked, strict=True)]
        )
        tokens = np.concatenate([trie.tokens[block.predicted] for block in blocks.values()])
        chosen = (hidden[rows].float() * head.weight[tokens].float()).sum(dim=-1).double().cpu().numpy()
        steps, others = self._rest(hidden, rows, tokens).beside(rows, chosen)
        predicted = Pieces.of(len(block.predicted) for block in blocks.values())
        return {
            number: Read(steps[of_steps], others[of_rows])
            for number, of_steps, of_rows in zip(blocks, predicted, asked, strict=True)
        }

    def _rest(self, hidden: Any, rows: Nodes, tokens: Nodes) -> Rest:
        """Of the vocabulary behind each row, without tokens (P,), each in its row (P,).

        It is not exact where the model is not either.
        """
        head = self.model.lm_head
        if hidden.dtype == torch.float32 or hidden.device.type != "cpu" or not eight_bits.supported():
            return Rest.of(lambda at: _product(hidden[at], head).float(), len(hidden), rows, tokens)
        weights = self._vocabulary.value([head.weight], lambda: EightBits(head.weight))
        return Rest.of(lambda at: weights.products(hidden[at]), len(hidden), rows, tokens, eight_bits.AT_ONCE)

    def _first_states(self, trie: Trie) -> Any:
        """(nodes, D) the states behind the first self-attention, which are the same for all sources."""
        embedding = self.model.decoder.embed_tokens.weight
        attention = self.model.decoder.block[0].layer[0]

        def states() -> Any:
            found = embedding.new_zeros(len(trie), embedding.shape[1])
            for block in blocks_of(trie, _NODES):
                pieces = Pieces.of([len(block.nodes)])
                tokens = pieces.fill([trie.tokens[block.nodes]], found.device)
                hidden = self.model.decoder.embed_tokens(tokens)
                hidden = _self_attention(attention, hidden, pieces, self._biases(trie, [block]))
                found[block.nodes] = hidden[: len(block.nodes)]
            return found

        return self._first.value([embedding, *attention.parameters()], states, of=trie)

    def _biases(self, trie: Trie, blocks: Iterable[Block]) -> list[Any]:
        """(heads, Q, Q) of each block: by distance where a node sees another, minus infinity elsewhere."""
        attention = self.model.decoder.block[0].layer[0].SelfAttention
        places = int(trie.depths.max()) + 1
        by_distance = attention.compute_bias(places, places)[0, :, :, 0]  # place 0 seen from each place
        found = []
        for block in blocks:
            depths = torch.from_numpy(trie.depths[block.nodes])
            distances = (depths[:, None] - depths[None, :]).clamp(min=0)
            hidden = torch.from_numpy(~block.visible).to(by_distance.device)
            found.append(by_distance[:, distances].masked_fill(hidden, -torch.inf))
        return found


def _self_attention(layer: Any, hidden: Any, pieces: Pieces, biases: Sequence[Any]) -> Any:
    heads, normed = layer.SelfAttention, _normed(layer.layer_norm, hidden)
    queries, keys, values = (_product(normed, part) for part in (heads.q, heads.k, heads.v))
    asked, told = pieces.heads(keys, heads), pieces.heads(values, heads)
    return hidden + _attention(heads, queries, pieces, asked, told, biases)


def _cross_attention(
    layer: Any, hidden: Any, pieces: Pieces, asked: Sequence[Any], told: Sequence[Any]
) -> Any:
    heads = layer.EncDecAttention
    queries = _product(_normed(layer.layer_norm, hidden), heads.q)
    return hidden + _attention(heads, queries, pieces, asked, told, [None for _ in asked])


def _attention(
    heads: Any,
    queries: Any,
    pieces: Pieces,
    keys: Sequence[Any],
    values: Sequence[Any],
    biases: Sequence[Any],
) -> Any:
    """(rows, D): the queries of each piece look at the keys (heads, K, d) of its own, with its bias added."""
    mixed = torch.zeros_like(queries)
    by_piece = pieces.heads(queries, heads), keys, values, biases, pieces.heads(mixed, heads)
    for asking, asked, told, bias, found in zip(*by_piece, strict=True):
        found.copy_(_mixed(asking, asked, told, bias))
    return _product(mixed, heads.o)


def _mixed(queries: Any, keys: Any, values: Any, bias: Any) -> Any:
    """(heads, Q, d) of queries (heads, Q, d), and keys and values (heads, K, d).

    With a bias put together from its parts: half of the time of torch's own in bfloat16, and a little less in
    float32. Without one, in cross-attention, there are so many pairs of lengths that oneDNN would compile its
    programs for them again and again.
    """
    if bias is None:
        return scaled_dot_product_attention(queries[None], keys[None], values[None], scale=1.0)[0]
    scores = torch.baddbmm(bias, queries, keys.mT)
    return torch.bmm(torch.softmax(scores, dim=-1, dtype=torch.float32).to(scores.dtype), values)


def _feed_forward(layer: Any, hidden: Any) -> Any:
    dense, normed = layer.DenseReluDense, _normed(layer.layer_norm, hidden)
    if hasattr(dense, "wi"):
        inner = dense.act(_product(normed, dense.wi))
    else:
        inner = dense.act(_product(normed, dense.wi_0)) * _product(normed, dense.wi_1)
    return hidden + _product(inner, dense.wo)


def _normed(norm: Any, hidden: Any) -> Any:
    return rms_norm(hidden, hidden.shape[-1:], norm.weight, norm.variance_epsilon)


def _product(rows: Any, layer: torch.nn.Linear) -> Any:
    """(N, out) rows (N, in) times a layer's weights, without bias as in all of T5."""
    if rows.dtype == torch.float32 and rows.device.type == "cpu" and torch._C._has_mkldnn:
        return torch.ops.mkldnn._linear_pointwise(rows, layer.weight, None, "none", [], "")
    return linear(rows, layer.weight)


def _is_scaled(config: Any) -> bool:
    """Whether the decoder's output is scaled before the vocabulary, as where embeddings are tied."""
    return bool(getattr(config, "scale_decoder_outputs", config.tie_word_embeddings))

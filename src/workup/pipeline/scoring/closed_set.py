"""Exact closed-set scoring: the probability of every known answer, without generating one.

A model that must choose among known answers is asked for the probability of each of them. The answers are
laid into one trie of token sequences, in which shared beginnings stand once. A batch of sources is encoded
once; then the decoder reads the nodes of the trie side by side, as if they were one long target:

* a mask lets every node see itself and its ancestors only, so that it reads exactly its own prefix
  (the tree attention of SpecInfer, Miao 2023);
* its position is its depth;
* cross-attention keys and values are computed once per source, and all nodes of all blocks share them.

How a model of any family is brought to read so is told in `reading.py`, and T5's faster way in
`t5_reading.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from workup.errors import DataError, ModelError
from workup.pipeline.model import FAMILIES
from workup.pipeline.scoring.following import Beside, Followed, FollowedBeside
from workup.pipeline.scoring.memory import nodes_within, pass_bytes
from workup.pipeline.scoring.readers import reader_of
from workup.pipeline.scoring.reading import Tokenized
from workup.pipeline.scoring.targets import targets
from workup.pipeline.scoring.trie import Trie, block_of, blocks
from workup.pipeline.tokenization import encode_sources
from workup.recipe import Tokens

MEMORY = 128 * 2**20  # bytes
# More nodes are no faster, because attention among them grows with their square: 820 nodes of a small T5 took
# a fifth less time in blocks of 160 to 420 than at once.
_NODES = 320
_BATCH = 32  # sources

Floats = npt.NDArray[np.float64]
# Families with positions in one of the two kinds of module that `positions.py` knows.
SUPPORTED = tuple(kind for kind in FAMILIES if kind != "encoder-decoder")


@dataclass(frozen=True)
class Scores:
    """What a model makes of N sources: natural-log probabilities (N, answers) of the complete answers.

    The probability of an answer is that of all its texts together, each to its end token.

    Attributes:
        means: (N, D) the encoder's output, averaged over the tokens of each source.
        likeliest_other: (N,), 0 to 1: no text but those of the answers is more probable. It is a bound: such
            a text is no more probable than its beginning up to the first token that no answer has there.
    """

    answers: tuple[str, ...]
    log_probabilities: Floats
    means: Floats
    likeliest_other: Floats

    @property
    def outside(self) -> Floats:
        """(N,), 0 to 1: the probability that the model writes something else than the texts of the answers.

        The texts exclude each other, so that their probabilities add up. A known text in other pieces than
        the tokenizer's own counts as something else, and so does what `floor` left out.
        """
        inside = np.logaddexp.reduce(self.log_probabilities, axis=1)
        outside: Floats = np.clip(-np.expm1(inside), 0.0, 1.0)
        return outside


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
        self.reader = reader_of(model, tokenizer)
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

    def score(self, sources: Sequence[str], floor: float = 0.0, beside: Beside | None = None) -> Scores:
        """Score every answer for each source (prefix included), read as `generate` reads it.

        Args:
            floor: a probability. Beginnings that are less likely are not followed, so that an answer below it
                may get minus infinity; all others are as exact as without, in a fraction of the time.
            beside: with a floor, leaves out more; what is left out gets its share of its beginning.
        """
        return self.score_tokenized(encode_sources(self.tokenizer, sources, self.tokens)[0], floor, beside)

    def score_tokenized(
        self, sources: Sequence[Tokenized], floor: float = 0.0, beside: Beside | None = None
    ) -> Scores:
        """The same for sources as `encode_sources` gives them."""
        order = sorted(range(len(sources)), key=lambda i: len(sources[i]["input_ids"]))
        log_probabilities = np.empty((len(sources), len(self.answers)))
        means = np.empty((len(sources), self.model.get_encoder().config.hidden_size))
        others = np.empty(len(sources))
        size = _BATCH if floor else self._batch
        for start in range(0, len(order), size):
            batch = order[start : start + size]
            known = beside and beside.of(batch)
            found = self._score([sources[i] for i in batch], floor, known)
            log_probabilities[batch], means[batch], others[batch] = found
        return Scores(self.answers, log_probabilities, means, others)

    @torch.inference_mode()
    def _score(
        self, sources: Sequence[Tokenized], floor: float, beside: Beside | None
    ) -> tuple[Floats, Floats, Floats]:
        """(B, answers), (B, D) and (B,) for some sources."""
        encoded = self.reader.encode(sources)
        if floor:
            followed = self._followed(len(sources), floor, beside)
            self._follow(encoded, followed)
            sums = np.stack([one.sums for one in followed])
            others = np.stack([one.others for one in followed])
        else:
            steps, others = self._read_all(encoded, len(sources))
            sums = self.trie.sum_paths(steps)
        texts = (self.trie.shared_out(sums) if beside else sums)[:, self.trie.ends]
        added_up: Floats = np.logaddexp.reduceat(texts, self._targets.starts, axis=1)
        inner = self.trie.inner[self.trie.inner >= len(self._beginning) - 1]
        return added_up, encoded.means, np.exp((sums + others)[:, inner].max(axis=1))

    def _read_all(self, encoded: Any, sources: int) -> tuple[Floats, Floats]:
        """(B, nodes) the log-probability of each node's token behind its parent, and of the likeliest token
        that is not of the trie behind each node."""
        steps, others = np.zeros((sources, len(self.trie))), np.zeros((sources, len(self.trie)))
        for block in self._blocks:
            found = self.reader.read(self.trie, encoded, dict.fromkeys(range(sources), block))
            for row, read in found.items():
                steps[row, block.predicted] = read.steps
                others[row, block.parents] = read.others
        steps[:, : len(self._beginning)] = 0.0  # given, not chosen
        return steps, others

    def _follow(self, encoded: Any, followed: Sequence[Followed]) -> None:
        """Follow the beginnings of each source to their ends.

        Every round reads what follows the likely prefixes without a choice, and chooses again at its end.
        """
        ahead = {row: one.first() for row, one in enumerate(followed)}
        while ahead:
            blocks = {row: block_of(self.trie, nodes) for row, nodes in ahead.items()}
            found = self.reader.read(self.trie, encoded, blocks)
            ahead = {row: followed[row].after(block, found[row]) for row, block in blocks.items()}
            ahead = {row: nodes for row, nodes in ahead.items() if len(nodes)}

    def _followed(self, sources: int, floor: float, beside: Beside | None) -> list[Followed]:
        """Where each source starts."""
        given = len(self._beginning)
        if beside is None:
            return [Followed(self.trie, given, floor) for _ in range(sources)]
        texts = np.diff([*self._targets.starts, len(self.trie.ends)])
        by_text = np.repeat(beside.weights, texts, axis=1)
        return [FollowedBeside(self.trie, given, floor, beside, weights) for weights in by_text]

    def _refuse_too_deep(self) -> None:
        """T5's positions have no end, BART's do."""
        room = getattr(self.model.config, "max_position_embeddings", None)
        needed = int(self.trie.depths.max())
        if room is not None and needed > room:
            answer, length = self._targets.longest
            raise DataError(
                f"answer {answer!r} takes {length} tokens, but the decoder has {room} positions; shorten it"
            )


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

"""A BERT encoder's layers as those of a T5 encoder, so that the student starts where the teacher is.

A BERT layer normalises the sum of its input h and its sublayer's output a (post-norm, with mean and bias):

    h' = γ (h + a - μ) / σ + β

A T5 layer adds to a stream r that is normalised only where it is read, by its root mean square, without mean
or bias (pre-norm):

    r' = r + a(g r / rms(r))

The stream carries r = S h with a scale S of its own in each dimension. With the teacher's average μ and σ
over some texts, r' = S' h' holds for S' = S σ / γ if the sublayer writes S a + c with c = S' β - S μ; a
reader finds h again with g = rms(r) / S. Biases, for which T5's layers have no place, are weights of one
dimension of the stream that is constant. An attention cannot write a constant well (its output matrix is
nearly singular): its reader, the feed-forward layer, adds the constant for itself, and then writes it for
all that follow. What remains different: μ and σ of the single token, positions (T5 knows distances, which
begin at zero), the token [CLS].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from workup.pretraining.student import fresh
from workup.pretraining.teacher import Teacher

# Added dimensions of the stream, the first of them constant, and of the hidden layers.
_SPARE = 8
# Of the size of an embedding's other dimensions together: the larger, the less a token's own norm matters.
_CONSTANT = 10.0
# GELU of this is itself, to 1e-4: a hidden unit that is always on.
_ON = 4.0
# A γ nearer to zero would blow its dimension up.
_LEAST_GAMMA = 0.2


def transplant(
    teacher: Teacher,
    tokenizer: Any,
    embeddings: Tensor,
    texts: Sequence[str],
    *,
    decoder_layers: int,
    seed: int,
) -> Any:
    """A T5ForConditionalGeneration whose encoder does nearly what the teacher does; its decoder is new.

    The first D of the D + 8 dimensions of the encoder's output are the teacher's vector.

    Args:
        tokenizer: the student's.
        embeddings: (V, D) what the teacher's first layer reads for each piece; see `embeddings.of_pieces`.
        texts: some tens of them, to measure the teacher's averages on.
    """
    averages = _measure(teacher, texts)
    shape = teacher.model.config
    model = fresh(
        tokenizer,
        seed,
        d_model=shape.hidden_size + _SPARE,
        d_kv=shape.hidden_size // shape.num_attention_heads,
        num_heads=shape.num_attention_heads,
        d_ff=shape.intermediate_size + _SPARE,
        num_layers=shape.num_hidden_layers,
        num_decoder_layers=decoder_layers,
        feed_forward_proj="gelu",
    )
    with torch.no_grad():
        _fill(model, teacher.model, embeddings, averages)
    return model.eval()


@dataclass(frozen=True)
class _Average:
    """Of one layer norm over all live tokens.

    Mean and deviation of its input; its output and the square of it, (D,) each.
    """

    mean: float
    deviation: float
    output: Tensor
    square: Tensor


def _measure(teacher: Teacher, texts: Sequence[str]) -> dict[nn.Module, _Average]:
    """The averages of every layer norm of the teacher; `deviation` averages 1 / deviation, as it acts."""
    seen: dict[nn.Module, tuple[Tensor, Tensor]] = {}
    hooks = [
        module.register_forward_hook(lambda norm, read, made: seen.update({norm: (read[0], made)}))
        for module in teacher.model.modules()
        if isinstance(module, nn.LayerNorm)
    ]
    mask = teacher.read(texts).mask.bool()
    for hook in hooks:
        hook.remove()
    averages = {}
    for norm, (read, made) in seen.items():
        read, made = read[mask], made[mask]
        inverse = 1 / read.std(dim=-1, correction=0)
        averages[norm] = _Average(
            read.mean().item(), 1 / inverse.mean().item(), made.mean(0), made.square().mean(0)
        )
    return averages


class _Stream:
    """What the stream holds as it goes from layer to layer: S h - `owed` and the constant dimension.

    `scale` (D,) is S; `owed` (D,) is a constant that is not written yet.
    """

    def __init__(self, average: _Average) -> None:
        self.scale = torch.ones_like(average.output)
        self.owed = torch.zeros_like(average.output)
        self.average = average

    def write(self, norm: nn.LayerNorm, average: _Average, bias: Tensor) -> Tensor:
        """Go past a sublayer, with the bias of its output, and the norm after it.

        Returns the scale (D,) that the sublayer's output needs. What it should add beside is owed.
        """
        before = self.scale
        self.scale = before * average.deviation / _away_from_zero(norm.weight)
        self.owed = self.owed + before * (bias - average.mean) + self.scale * norm.bias
        self.average = average
        return before

    def pay(self) -> Tensor:
        """The constant (D,) owed, which the caller writes now."""
        paid, self.owed = self.owed, torch.zeros_like(self.owed)
        return paid

    def reading_weights(self) -> Tensor:
        """(D + 8,) weights of a T5 norm that turn the stream into h - owed / S, and a constant 1."""
        held = self.scale.square() * self.average.square
        held = held - 2 * self.scale * self.owed * self.average.output + self.owed.square()
        root = ((held.sum() + _CONSTANT**2) / (len(held) + _SPARE)).sqrt()
        return torch.cat([root / self.scale, root.reshape(1) / _CONSTANT, torch.ones(_SPARE - 1)])


def _away_from_zero(gamma: Tensor) -> Tensor:
    sign = torch.where(gamma < 0, -1.0, 1.0)
    return sign * gamma.abs().clamp(min=_LEAST_GAMMA)


def _fill(model: Any, teacher: Any, embeddings: Tensor, averages: dict[nn.Module, _Average]) -> None:
    size = embeddings.shape[1]
    table = model.shared.weight
    table.zero_()
    table[:, :size] = embeddings
    table[:, size] = _CONSTANT
    model.encoder.block[0].layer[0].SelfAttention.relative_attention_bias.weight.zero_()
    stream = _Stream(averages[teacher.embeddings.LayerNorm])
    for block, layer in zip(model.encoder.block, teacher.encoder.layer, strict=True):
        block.layer[0].layer_norm.weight.copy_(stream.reading_weights())
        _attention(block.layer[0].SelfAttention, layer.attention, stream, averages)
        block.layer[1].layer_norm.weight.copy_(stream.reading_weights())
        _feed_forward(block.layer[1].DenseReluDense, layer, stream, averages)
    final = stream.reading_weights()
    gamma = teacher.encoder.layer[-1].output.LayerNorm.weight
    final[:size] *= gamma / _away_from_zero(gamma)
    model.encoder.final_layer_norm.weight.copy_(final)


def _attention(into: Any, attention: Any, stream: _Stream, averages: dict[nn.Module, _Average]) -> None:
    """T5 does not divide the scores by the root of the head size; each row of weights sums to 1."""
    own, out = attention.self, attention.output
    root = own.attention_head_size**0.5
    _with_bias(into.q, own.query.weight / root, own.query.bias / root)
    _with_bias(into.k, own.key.weight, own.key.bias)
    _with_bias(into.v, own.value.weight, own.value.bias)
    scale = stream.write(out.LayerNorm, averages[out.LayerNorm], out.dense.bias)
    into.o.weight.zero_()
    into.o.weight[: len(scale)] = scale.unsqueeze(1) * out.dense.weight


def _feed_forward(into: Any, layer: Any, stream: _Stream, averages: dict[nn.Module, _Average]) -> None:
    """The layer, and one more hidden unit that is always on: it writes what is owed."""
    inner, out = layer.intermediate.dense, layer.output
    size, hidden = out.dense.weight.shape
    missing = stream.owed / stream.scale
    _with_bias(into.wi, inner.weight, inner.bias + inner.weight @ missing)
    into.wi.weight[hidden, size] = _ON
    scale = stream.write(out.LayerNorm, averages[out.LayerNorm], out.dense.bias)
    into.wo.weight.zero_()
    into.wo.weight[:size, :hidden] = scale.unsqueeze(1) * out.dense.weight
    into.wo.weight[:size, hidden] = stream.pay() / _ON


def _with_bias(into: nn.Linear, weight: Tensor, bias: Tensor) -> None:
    """The weights, the bias as the weight of the constant dimension, nothing elsewhere."""
    rows, columns = weight.shape
    into.weight.zero_()
    into.weight[:rows, :columns] = weight
    into.weight[:rows, columns] = bias

"""TRA006"""

from __future__ import annotations

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.trained_weights import Trainable

# A frozen encoder leaves about half, frozen embeddings of a multilingual model a fifth of all weights.
_FEW = 0.1


@check("TRA006", "training")
def frozen_weights(trainable: Trainable | None) -> Finding | None:
    """Nearly all weights are frozen, though the model has no adapter.

    What it checks
    Which share of the weights wants a gradient. Adapters are exempt, unless nothing at all trains.

    Why it matters
    Freezing left over from an earlier experiment, or done by a library while loading, leaves little that can
    learn. With nothing to train, the backward pass fails: "element 0 of tensors does not require grad".

    Evidence
    The number of weights that train, of all.

    Example
    Wrong: `model.requires_grad_(False)` and then a full fine-tune. Right: `model.requires_grad_(True)`, or an
    adapter by `get_peft_model`.

    Remedy
    Let the weights train, or use an adapter on purpose.

    When it is harmless
    When only a small part, such as the last layer, is trained on purpose.

    Known limits
    Weights that want a gradient and get none, as under reentrant gradient checkpointing, are not seen here.

    Sources
    https://github.com/huggingface/transformers/issues/26221,
    https://github.com/huggingface/transformers/issues/23170
    """
    if trainable is None or not trainable.total or trainable.count >= _FEW * trainable.total:
        return None
    if trainable.added and trainable.count:
        return None
    share = trainable.count / trainable.total
    return Finding(
        Severity.WARNING if trainable.count else Severity.ERROR,
        f"{trainable.count} of {trainable.total} weights ({share:.1%}) train, the others are frozen",
        Remedy("let the weights train", code="model.requires_grad_(True)  # before the optimizer is built"),
        {"trainable weights": trainable.count, "weights": trainable.total, "adapter": trainable.added},
    )

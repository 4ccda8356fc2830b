"""MOD001"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.weights import Embeddings, ties_for_certain

# Rows of normal random numbers have nearly one length: their spread is 1 / sqrt(2 d) of it. Trained rows of
# frequent and rare tokens differ much more. Three times that spread is out of reach of chance.
_SPREAD_OF_FRESH = 3.0
# A loss this much above the log's last cannot be another sample: lost heads were measured at 8 and 39 nats
# after a training that had ended at 0.002.
_JUMP = 2.0
_TIMES = 3.0


@check("MOD001", "model")
def embeddings_not_tied(
    model: Any,
    embeddings: Embeddings,
    log: Sequence[Mapping[str, Any]] | None = None,
    batch: Mapping[str, Any] | None = None,
) -> Finding | None:
    """Embeddings that should be one tensor differ: some were filled with random numbers when loading.

    What it checks
    Whether the embeddings of encoder and decoder equal the shared one. An output head that differs is
    reported where it looks freshly drawn and the shared one does not, where the loss on labelled rows is far
    above the log's last, or where the config says that they are tied.

    Why it matters
    A checkpoint often stores the shared embedding alone. Loaded with `tie_word_embeddings=False`, the others
    are drawn anew: the model reads or writes noise, whatever it had learned.

    Evidence
    Which tensors differ, their standard deviations, and the loss against the log's.

    Example
    Wrong: `from_pretrained(folder, tie_word_embeddings=False)`. Right: without the argument.

    Remedy
    Load the checkpoint again without the argument, or tie the weights.

    When it is harmless
    The message "missing keys encoder.embed_tokens, lm_head" alone: after it the tensors are usually equal,
    and nothing is said. T5 v1.1, FLAN and mT5 have a trained head of their own, which is not reported.

    Known limits
    A head of its own that was lost is found only by its statistics or by a loss to compare with.

    Sources
    https://github.com/huggingface/transformers/issues/27972
    https://github.com/huggingface/transformers/issues/14843
    """
    inputs = [name for name in ("encoder.embed_tokens", "decoder.embed_tokens") if embeddings.differ(name)]
    head = embeddings.differ("lm_head")
    if not inputs and not head:
        return None
    config = getattr(model, "config", None)
    fresh, jump = head and _fresh(embeddings), _jump(model, log, batch)
    says_tied = ties_for_certain(config)
    if not inputs and not (fresh or jump or says_tied):
        return None
    differing = [*inputs, *(["lm_head"] if head else [])]
    told = f"; the loss is {jump[0]:.2f} where the log ended at {jump[1]:.2f}" if jump else ""
    told += "; the output head looks freshly drawn" if fresh else ""
    return Finding(
        Severity.ERROR if inputs or fresh or jump else Severity.WARNING,
        f"{len(differing)} embedding(s) differ from the shared one ({', '.join(differing)}){told}",
        Remedy(
            "load the checkpoint without tie_word_embeddings=False, or tie the weights",
            code="model = AutoModelForSeq2SeqLM.from_pretrained(folder)",
        ),
        {
            "differ": differing,
            "config says tied": says_tied,
            "standard deviations": {
                name: round(float(weight.detach().float().std()), 4)
                for name, weight in embeddings.weights.items()
                if not weight.is_meta
            },
            "loss and the log's last": list(jump) if jump else None,
        },
        harm="the model reads or writes noise" if inputs or fresh or jump else "",
    )


def _fresh(embeddings: Embeddings) -> bool:
    """Whether the head is of random numbers and the shared embedding is not."""
    return _is_random(embeddings.weights["lm_head"]) and not _is_random(embeddings.weights["shared"])


def _is_random(weight: Any) -> bool:
    norms = weight.detach().float().norm(dim=1)
    expected = 1 / (2 * weight.shape[1]) ** 0.5
    return bool(norms.std() / norms.mean() < _SPREAD_OF_FRESH * expected)


def _jump(
    model: Any, log: Sequence[Mapping[str, Any]] | None, batch: Mapping[str, Any] | None
) -> tuple[float, float] | None:
    """The loss on the batch and the log's last, where the first is far above the second."""
    import torch

    losses = [entry.get("eval_loss", entry.get("loss")) for entry in log or ()]
    known = [loss for loss in losses if isinstance(loss, int | float)]
    if not known or batch is None or batch.get("labels") is None:
        return None
    try:
        model.eval()
        device = next(model.parameters()).device
        names = ("input_ids", "attention_mask", "labels")
        given = {name: batch[name].to(device) for name in names if batch.get(name) is not None}
        with torch.no_grad():
            now = model(**given).loss.item()
    except Exception:  # a batch or a model of another kind
        return None
    return (now, float(known[-1])) if now > max(known[-1] + _JUMP, _TIMES * known[-1]) else None

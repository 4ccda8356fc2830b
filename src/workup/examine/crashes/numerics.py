"""Crashes in the arithmetic: ids outside the embedding, no gradient, mixed precisions, NaN."""

from __future__ import annotations

from typing import Any

from workup.examine.crashes.crash import Crash, Told
from workup.examine.crashes.scene import Scene
from workup.examine.finding import Remedy

_LABELS_ONLY = "model(input_ids=..., attention_mask=..., labels=labels)"


def _embedded(scene: Scene) -> tuple[int, int, int, int, bool] | None:
    """Of the look-up that failed: smallest and largest id, rows, length of input, whether of positions."""
    ids, weight = scene.local("input"), scene.local("weight")
    if not hasattr(ids, "min") or not hasattr(weight, "shape") or not ids.numel():
        return None
    # A position embedding is known by the name of its class: BartLearnedPositionalEmbedding.
    positions = any("Position" in type(frame.f_locals.get("self")).__name__ for frame in scene.frames)
    return int(ids.min()), int(ids.max()), int(weight.shape[0]), int(ids.shape[-1]), positions


def _negative(scene: Scene) -> Told | None:
    found = _embedded(scene)
    if found is None or found[0] >= 0:
        return None
    smallest = found[0]
    return Told(
        f"the id {smallest} was given to the model as a token to read"
        + ("; it marks labels that do not count" if smallest == -100 else ""),
        evidence={"smallest id": smallest},
    )


def _too_long(scene: Scene) -> Told | None:
    found = _embedded(scene)
    if found is None or not found[4]:
        return None
    _, largest, rows, length, _ = found
    # BART's table begins with two rows that are no positions.
    limit = rows - (largest + 1 - length)
    return Told(
        f"an input has {length} tokens, and the model has positions for {limit}",
        Remedy("cut the input", code=f"tokenizer(text, truncation=True, max_length={limit})"),
        {"length of the input": length, "positions": limit},
    )


def _beyond(scene: Scene) -> Told | None:
    found = _embedded(scene)
    if found is None or found[0] < 0 or found[4] or found[1] < found[2]:
        return None
    return _outside(scene.tokenizer, found[1], found[2], "token id", "embedding")


def _label_beyond(scene: Scene) -> Told | None:
    label = int(scene.groups["label"])
    scores = scene.local("input")
    rows = int(scores.shape[-1]) if hasattr(scores, "shape") else 0
    if label < 0:
        return None
    return _outside(scene.tokenizer, label, rows, "label", "vocabulary of the model")


def _outside(tokenizer: Any, largest: int, rows: int, what: str, where: str) -> Told:
    size = len(tokenizer) if tokenizer is not None else None
    known = size is not None and largest < size
    token = f" ({tokenizer.convert_ids_to_tokens(largest)!r})" if known else ""
    remedy = Remedy(
        "give the model a row for every token",
        code=f"model.resize_token_embeddings({size if known else 'len(tokenizer)'})",
    )
    if size is not None and not known:
        remedy = Remedy(
            "tokenize with the tokenizer that belongs to the model: no token of this one has that id",
            code="tokenizer = AutoTokenizer.from_pretrained(model.config.name_or_path)",
        )
    return Told(
        f"the largest {what} is {largest}{token}, and the {where} has only {rows} rows",
        remedy,
        {f"largest {what}": largest, "rows": rows, "tokens of the tokenizer": size},
    )


def _no_gradient(scene: Scene) -> Told | None:
    model = scene.subject.model or getattr(scene.trainer, "model", None)
    if model is None:
        return Told("the loss depends on no weight that may change")
    weights = list(model.parameters())
    wanted = sum(weight.requires_grad for weight in weights)
    evidence = {"weights": len(weights), "that may change": wanted}
    if wanted == 0:
        return Told(f"all {len(weights)} weights are frozen, so the loss has no gradient", None, evidence)
    if getattr(model, "is_gradient_checkpointing", False):
        return Told(
            "gradient checkpointing and a frozen embedding together leave the loss without a gradient",
            Remedy(
                "let the gradient through the embedding, or checkpoint with `use_reentrant=False`",
                code="model.enable_input_require_grads()",
            ),
            evidence,
        )
    return Told(
        f"{wanted} of {len(weights)} weights may change, yet the loss has no gradient: it was made under "
        "torch.no_grad() or from numbers",
        Remedy(
            "make the loss outside of no_grad, from the model's own output", code="outputs.loss.backward()"
        ),
        evidence,
    )


NEGATIVE_ID = Crash(
    code="CRA044",
    name="ignored-label-read-as-token",
    stage="batching",
    errors=("IndexError",),
    pattern=r"^index out of range in self$",
    shown=("index out of range in self",),
    summary="-100, the mark of labels that do not count, was given to the model as a token to read.",
    why="Labels were given as `decoder_input_ids` too, or sources were padded with -100.",
    remedy=Remedy("leave decoder_input_ids out: the model makes them from the labels", code=_LABELS_ONLY),
    sources=("https://github.com/huggingface/transformers/issues/27714",),
    tell=_negative,
)
INPUT_TOO_LONG = Crash(
    code="CRA045",
    name="input-longer-than-positions",
    stage="tokenization",
    errors=("IndexError",),
    pattern=r"^index out of range in self$",
    shown=("index out of range in self",),
    summary="An input is longer than the model has positions for.",
    why="BART, Pegasus and most others learn a fixed number of positions, often 1024. T5 has no such limit.",
    remedy=Remedy("cut the input", code="tokenizer(text, truncation=True, max_length=1024)"),
    sources=("https://github.com/huggingface/transformers/issues/6599",),
    tell=_too_long,
)
ID_BEYOND_EMBEDDING = Crash(
    code="CRA046",
    name="token-beyond-embedding",
    stage="tokenization",
    errors=("IndexError",),
    pattern=r"^index out of range in self$",
    shown=("index out of range in self",),
    summary="A token id is larger than the model's embedding has rows.",
    why="Tokens were added to the tokenizer and the model was not resized, or the tokenizer is another "
    "model's.",
    remedy=Remedy(
        "give the model a row for every token", code="model.resize_token_embeddings(len(tokenizer))"
    ),
    sources=(
        "https://github.com/huggingface/transformers/issues/12763",
        "https://github.com/huggingface/transformers/pull/10331",
    ),
    tell=_beyond,
)
LABEL_BEYOND = Crash(
    code="CRA047",
    name="label-beyond-vocabulary",
    stage="tokenization",
    errors=("IndexError",),
    pattern=r"^Target (?P<label>-?\d+) is out of bounds",
    shown=("Target 32100 is out of bounds.",),
    summary="A label is larger than the model's vocabulary.",
    why="Tokens were added to the tokenizer and the model was not resized, or the tokenizer is another "
    "model's.",
    remedy=Remedy(
        "give the model a row for every token", code="model.resize_token_embeddings(len(tokenizer))"
    ),
    sources=("https://github.com/huggingface/transformers/issues/12763",),
    tell=_label_beyond,
)
NO_GRADIENT = Crash(
    code="CRA048",
    name="no-gradient",
    stage="training",
    errors=("RuntimeError",),
    pattern=r"element 0 of tensors does not require grad",
    shown=("element 0 of tensors does not require grad and does not have a grad_fn",),
    summary="The loss depends on no weight that may change.",
    why="Everything is frozen, the loss was made under `torch.no_grad()`, or gradient checkpointing begins "
    "at a frozen embedding, as with LoRA.",
    remedy=Remedy("unfreeze what is to be trained", code="model.requires_grad_(True)"),
    sources=(
        "https://github.com/huggingface/transformers/issues/23170",
        "https://github.com/huggingface/transformers/issues/35826",
    ),
    tell=_no_gradient,
)
NOTHING_TO_TRAIN = Crash(
    code="CRA049",
    name="nothing-to-optimize",
    stage="training",
    errors=("ValueError",),
    pattern=r"optimizer got an empty parameter list",
    shown=("optimizer got an empty parameter list",),
    summary="The optimizer was given no weight: all are frozen, or a generator of them was used up before.",
    why="`model.parameters()` can be gone through only once; and a filter by `requires_grad` leaves "
    "nothing of a frozen model.",
    remedy=Remedy(
        "unfreeze what is to be trained, then build the optimizer", code="model.requires_grad_(True)"
    ),
    sources=("https://docs.pytorch.org/docs/stable/optim.html",),
)
FP16_GRADIENTS = Crash(
    code="CRA050",
    name="fp16-weights-with-fp16-training",
    stage="environment",
    errors=("ValueError",),
    pattern=r"Attempting to unscale FP16 gradients",
    shown=("Attempting to unscale FP16 gradients.",),
    summary="The weights themselves are in fp16, and `fp16=True` expects them in float32.",
    why="transformers 5 reads a checkpoint in the precision it was saved in; 4.57 does so when told by "
    "`torch_dtype`.",
    remedy=Remedy(
        "read the weights in float32; the training makes its fp16 copies itself",
        code="AutoModelForSeq2SeqLM.from_pretrained(name, dtype=torch.float32)",
    ),
    sources=("https://github.com/huggingface/transformers/issues/23165",),
)
MIXED_PRECISION = Crash(
    code="CRA051",
    name="precisions-mixed",
    stage="environment",
    errors=("RuntimeError",),
    pattern=r"mat1 and mat2 must have the same dtype|expected m1 and m2 to have the same dtype"
    r"|expected scalar type \w+ but found \w+",
    shown=(
        "mat1 and mat2 must have the same dtype, but got Half and Float",
        "expected m1 and m2 to have the same dtype, but got: float != c10::Half",
        "expected scalar type Float but found Half",
    ),
    summary="One part of the model works in another precision than what it is given.",
    why="A part was turned to half precision by itself, or a checkpoint was read in the precision it was "
    "saved in and given float32 input.",
    remedy=Remedy("bring the whole model into one precision", code="model = model.float()"),
    sources=("https://docs.pytorch.org/docs/stable/amp.html",),
)
NAN_PROBABILITIES = Crash(
    code="CRA052",
    name="nan-in-sampling",
    stage="model",
    errors=("RuntimeError",),
    pattern=r"probability tensor contains either `?inf`?, `?nan`? or element < 0",
    shown=("probability tensor contains either `inf`, `nan` or element < 0",),
    summary="The model computes NaN, so nothing can be drawn from its probabilities.",
    why="Its weights hold NaN after a diverged training, or T5's activations exceed what fp16 can hold.",
    remedy=Remedy(
        "look for NaN in the weights; generate in float32 or bf16",
        code="[n for n, w in model.named_parameters() if not w.isfinite().all()]",
    ),
    sources=("https://github.com/huggingface/transformers/issues/4586",),
)

CRASHES = (
    NEGATIVE_ID,
    INPUT_TOO_LONG,
    ID_BEYOND_EMBEDDING,
    LABEL_BEYOND,
    NO_GRADIENT,
    NOTHING_TO_TRAIN,
    FP16_GRADIENTS,
    MIXED_PRECISION,
    NAN_PROBABILITIES,
)

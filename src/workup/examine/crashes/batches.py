"""Crashes when rows become a batch, and when a batch becomes a loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workup.examine.crashes.crash import Crash, Told
from workup.examine.crashes.scene import Scene
from workup.examine.finding import Remedy

_COLLATOR = "https://huggingface.co/docs/transformers/main_classes/data_collator"
_SEQ2SEQ = "data_collator=DataCollatorForSeq2Seq(tokenizer, model=model)"
_IDS = ("input_ids", "labels", "attention_mask", "decoder_input_ids", "token_type_ids")


def _collating(scene: Scene) -> str | None:
    """What was making a batch when it happened; None: nothing was."""
    if scene.collator is not None:
        return getattr(scene.collator, "__name__", None) or type(scene.collator).__name__
    for frame in scene.frames:
        kind = type(frame.f_locals.get("self")).__name__
        if "Collator" in kind:
            return kind
        if "collat" in frame.f_code.co_name:
            return frame.f_code.co_name
    return None


def _text_column(scene: Scene) -> Told | None:
    name = scene.groups.get("name")
    if name in _IDS or (name is None and _collating(scene) is None):
        return None
    column = f"column {name!r}" if name else "a column of text"
    return Told(
        f"{column} reaches the collator, and text cannot become a tensor",
        Remedy(
            "drop the columns of text when tokenizing",
            code="dataset.map(tokenize, batched=True, remove_columns=dataset.column_names)",
        ),
        {"remove_unused_columns": getattr(scene.arguments, "remove_unused_columns", None)},
    )


def _ragged(scene: Scene) -> Told | None:
    name = scene.groups.get("name")
    kind = _collating(scene)
    if kind is None or (name is not None and name not in _IDS):
        return None
    lengths = [scene.groups[key] for key in ("a", "b", "c", "d") if key in scene.groups]
    told = f"rows of unequal length ({' and '.join(lengths)})" if lengths else f"{name} of unequal length"
    return Told(f"{told} reach {kind}, which does not pad them", evidence={"collator": kind})


def _fields(scene: Scene) -> list[str]:
    """The fields of the batch that the Trainer gave to the model."""
    inputs = scene.local("inputs")
    if not isinstance(inputs, Mapping):
        return []
    return sorted(str(name) for name, value in inputs.items() if value is not None)


def _swallowed(scene: Scene) -> str | None:
    """An argument that is meant as labels, and that transformers 5 takes without looking at it."""
    others = scene.local("kwargs")
    names = others if isinstance(others, Mapping) else ()
    return next((str(name) for name in names if "label" in str(name) or "target" in str(name)), None)


def _factor(scene: Scene) -> float:
    factor = getattr(scene.arguments, "label_smoothing_factor", 0)
    return factor if isinstance(factor, int | float) else 0


def _smoothing(scene: Scene) -> Told | None:
    collator = scene.collator
    factor = _factor(scene)
    if factor <= 0 or collator is None or getattr(collator, "model", None) is not None:
        return None
    return Told(
        f"label smoothing is {factor:g}, and the collator was not given the model: it makes no decoder "
        "inputs, and the Trainer withholds the labels from which the model would",
        evidence={"label_smoothing_factor": factor},
    )


def _no_labels(scene: Scene) -> Told | None:
    stack = scene.local("self")
    if getattr(stack, "is_decoder", None) is False:
        return Told(
            "the model was called without input_ids",
            Remedy("give it the token ids of the sources", code="model(input_ids=..., labels=...)"),
            {"fields of the batch": _fields(scene)},
        )
    swallowed = _swallowed(scene)
    if swallowed is not None:
        return Told(
            f"the model was called without labels: {swallowed!r} is no argument of it, and was ignored",
            Remedy("name them labels", code="labels=..."),
        )
    columns = getattr(getattr(scene.trainer, "train_dataset", None), "column_names", None) or []
    other = _misnamed(scene, columns)
    evidence = {"fields of the batch": _fields(scene), "columns": list(columns)}
    if other is None:
        return Told(
            "the model was called without labels, so it has no decoder inputs and no loss", None, evidence
        )
    return Told(
        f"the model was called without labels: they seem to be in the column {other!r}, which the Trainer "
        "drops because no argument of the model is called so",
        Remedy("name the column labels", code=f'dataset = dataset.rename_column("{other}", "labels")'),
        evidence,
    )


def _misnamed(scene: Scene, columns: list[str]) -> str | None:
    """A column of token ids that the model has no argument for."""
    if not columns or "labels" in columns or not hasattr(scene.trainer.train_dataset, "__getitem__"):
        return None
    first = scene.trainer.train_dataset[0]
    others = [name for name in columns if name not in _IDS and _is_ids(first[name])]
    return others[0] if others else None


def _is_ids(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, int) for one in value)


def _positions(scene: Scene) -> Told:
    return Told(
        f"the decoder was given {scene.groups['a']} positions in this batch and the labels have "
        f"{scene.groups['b']}"
    )


TEXT_COLUMN = Crash(
    code="CRA039",
    name="text-column-in-batch",
    stage="batching",
    errors=("ValueError",),
    pattern=r"Perhaps your features \(`(?P<name>\w+)` in this case\) have excessive nesting"
    r"|too many dimensions 'str'",
    shown=(
        "Unable to create tensor, you should probably activate truncation and/or padding ... Perhaps your "
        "features (`note` in this case) have excessive nesting (inputs type `list` where type `int` is "
        "expected).",
        "too many dimensions 'str'",
    ),
    summary="A column of text is still in the rows that the collator makes a tensor of.",
    why="The message speaks of padding and nesting, and both are sound. The text was kept because "
    "`remove_unused_columns` is False, or because the collator was called by hand.",
    remedy=Remedy(
        "drop the columns of text when tokenizing",
        code="dataset.map(tokenize, batched=True, remove_columns=dataset.column_names)",
    ),
    sources=("https://github.com/huggingface/transformers/issues/15505",),
    anywhere=True,
    tell=_text_column,
)
RAGGED = Crash(
    code="CRA040",
    name="rows-not-padded",
    stage="batching",
    errors=("ValueError", "RuntimeError"),
    pattern=r"Perhaps your features \(`(?P<name>\w+)` in this case\) have excessive nesting"
    r"|expected sequence of length (?P<a>\d+) at dim \d+ \(got (?P<b>\d+)\)"
    r"|stack expects each tensor to be equal size, but got \[(?P<c>[\d, ]*)\] at entry \d+ and "
    r"\[(?P<d>[\d, ]*)\]",
    shown=(
        "expected sequence of length 18 at dim 1 (got 19)",
        "Unable to create tensor ... Perhaps your features (`labels` in this case) have excessive nesting",
        "stack expects each tensor to be equal size, but got [3] at entry 0 and [4] at entry 1",
    ),
    summary="Rows of unequal length reach a collator that does not pad them.",
    why="`default_data_collator` pads nothing, and `DataCollatorWithPadding` does not pad labels.",
    remedy=Remedy("pad sources and labels with the collator made for it", code=_SEQ2SEQ),
    sources=("https://github.com/huggingface/transformers/issues/12307", _COLLATOR),
    anywhere=True,
    tell=_ragged,
)
SMOOTHING_WITHOUT_MODEL = Crash(
    code="CRA041",
    name="smoothing-without-model",
    stage="batching",
    errors=("ValueError", "RuntimeError"),
    pattern=r"specify either decoder_input_ids|specify exactly one of input_ids"
    r"|size of tensor a \(\d+\) must match the size of tensor b \(\d+\)",
    shown=(
        "You have to specify either decoder_input_ids or decoder_inputs_embeds",
        "You must specify exactly one of input_ids or inputs_embeds",
        "The size of tensor a (26) must match the size of tensor b (6) at non-singleton dimension 1",
    ),
    summary="Label smoothing is on, and the collator cannot make decoder inputs because it has no model.",
    why="To smooth, the Trainer takes the labels out of the batch before it calls the model, which would "
    "have made the decoder inputs from them. T5 then complains; BART decodes its own input instead, and "
    "only a difference in length betrays it.",
    remedy=Remedy("give the model to the collator", code=_SEQ2SEQ),
    sources=(
        "https://github.com/huggingface/transformers/issues/10452",
        "https://github.com/huggingface/transformers/issues/10791",
    ),
    tell=_smoothing,
)
NO_LABELS = Crash(
    code="CRA042",
    name="labels-lost",
    stage="batching",
    errors=("ValueError",),
    pattern=r"specify either (?:decoder_)?input_ids|specify exactly one of input_ids"
    r"|If no `decoder_input_ids` or `decoder_inputs_embeds` are passed|did not return a loss from the inputs",
    shown=(
        "You must specify exactly one of input_ids or inputs_embeds",
        "You have to specify either decoder_input_ids or decoder_inputs_embeds",
        "The model did not return a loss from the inputs, only the following keys: logits",
    ),
    summary="The model was called without labels.",
    why="The column has another name and was dropped as unused, or a misspelt argument was swallowed. The "
    "inputs that are asked for are those of the decoder, which are made from the labels.",
    remedy=Remedy(
        "put the token ids of the targets under the name labels",
        code='row["labels"] = tokenizer(text_target=target)["input_ids"]',
    ),
    sources=("https://huggingface.co/docs/transformers/model_doc/t5",),
    tell=_no_labels,
)
OTHER_POSITIONS = Crash(
    code="CRA043",
    name="decoder-inputs-and-labels-differ",
    stage="batching",
    errors=("ValueError",),
    pattern=r"Expected input batch_size \((?P<a>\d+)\) to match target batch_size \((?P<b>\d+)\)",
    shown=("Expected input batch_size (24) to match target batch_size (16).",),
    summary="The decoder inputs have another number of positions than the labels.",
    why="They were made by hand, with another length than the labels.",
    remedy=Remedy(
        "leave decoder_input_ids out: the model makes them from the labels",
        code="model(input_ids=..., attention_mask=..., labels=labels)",
    ),
    sources=("https://huggingface.co/docs/transformers/model_doc/t5",),
    tell=_positions,
)

CRASHES = (TEXT_COLUMN, RAGGED, SMOOTHING_WITHOUT_MODEL, NO_LABELS, OTHER_POSITIONS)

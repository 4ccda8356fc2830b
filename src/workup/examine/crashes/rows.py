"""Crashes on the way from text to rows of token ids: empty cells, wrong types, columns that vanish."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from workup.examine.crashes.crash import Crash, Told
from workup.examine.crashes.scene import Scene
from workup.examine.finding import Remedy

_TOKENIZER = "https://huggingface.co/docs/transformers/main_classes/tokenizer"
_PROCESS = "https://huggingface.co/docs/datasets/process"
_TOKENIZE = "dataset = dataset.map(tokenize, batched=True, remove_columns=dataset.column_names)"


def _no_text(scene: Scene) -> Told | None:
    given = scene.local("batch_text_or_text_pairs", "text")
    if isinstance(given, Sequence) and not isinstance(given, str):
        wrong = [(place, value) for place, value in enumerate(given) if not _is_text(value)]
        if not wrong:
            return None
        place, value = wrong[0]
        empty = all(_is_empty(value) for _, value in wrong)
        return Told(
            f"{len(wrong)} of the {len(given)} texts to tokenize are no text: the first is {value!r} at "
            f"place {place}",
            Remedy("drop rows without text", code="dataset = dataset.filter(lambda row: row[column])")
            if empty
            else Remedy("turn them into text", code="tokenizer([str(text) for text in texts])"),
            {"texts": len(given), "no text": len(wrong), "first": repr(value), "place": place},
        )
    kind = type(given).__name__
    listed = Remedy("make a list of it", code="tokenizer(list(texts), truncation=True)")
    return Told(
        f"the tokenizer was given a {kind} in place of a text or a list of texts",
        listed if hasattr(given, "__iter__") else None,
        {"given": kind},
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list | tuple) and all(isinstance(part, str) for part in value)
    )


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _is_of_transformers(collator: Any) -> bool:
    """Whether rows have to be tokenized for it: only a collator of one's own may make batches of text."""
    kind = collator if hasattr(collator, "__name__") else type(collator)
    return str(getattr(kind, "__module__", "")).partition(".")[0] == "transformers"


def _no_column(scene: Scene) -> Told:
    columns = [name.strip() for name in scene.groups["columns"].split(",")]
    collator = getattr(scene.collator, "__name__", None) or type(scene.collator).__name__
    if scene.collator is not None and not _is_of_transformers(scene.collator):
        return Told(
            f"none of the columns {', '.join(columns)} is one that the model takes: the Trainer drops them "
            f"all before {collator} gets them",
            Remedy(
                "keep the columns for the collator",
                code="Seq2SeqTrainingArguments(..., remove_unused_columns=False)",
            ),
            {"columns": columns, "collator": collator},
        )
    return Told(
        f"none of the columns {', '.join(columns)} is one that the model takes: the rows are not tokenized",
        evidence={"columns": columns},
    )


def _no_encoding(scene: Scene) -> Told | None:
    if scene.groups["wanted"] != "input_ids":
        return None
    rows = scene.local("features") or scene.local("encoded_inputs")
    first = rows[0] if isinstance(rows, list) and rows else rows
    columns = sorted(map(str, first)) if isinstance(first, Mapping) else []
    return Told(
        f"the rows reach the collator with {', '.join(columns) or 'no column'}, and without input_ids",
        evidence={"columns": columns},
    )


def _other_length(scene: Scene) -> Told:
    name, old, new = scene.groups["name"], scene.groups["old"], scene.groups["new"]
    return Told(
        f"the function given to map made {new} rows of {old}, and the old columns are still there to be "
        f"matched with the new {name!r}"
    )


def _no_padding(scene: Scene) -> Told:
    end = getattr(scene.tokenizer or scene.local("self"), "eos_token", None)
    return Told(
        "rows of unequal length are to be padded, and the tokenizer has no pad token"
        + (f" (its end token is {end!r})" if end else "")
    )


NO_TEXT = Crash(
    code="CRA033",
    name="no-text-to-tokenize",
    stage="input",
    errors=("TypeError", "ValueError"),
    pattern=r"TextEncodeInput must be Union|text input must be of type `str`",
    shown=(
        "TextEncodeInput must be Union[TextInputSequence, Tuple[InputSequence, InputSequence]]",
        "text input must be of type `str` (single example), `list[str]` (batch or single pretokenized "
        "example)",
    ),
    summary="Something that is no text was given to the tokenizer.",
    why="An empty cell of a table arrives as None or NaN, a number stays a number, and a pandas Series is "
    "no list.",
    remedy=Remedy("give a text or a list of texts", code="tokenizer(list(map(str, texts)))"),
    sources=(_TOKENIZER,),
    tell=_no_text,
)
NO_COLUMN = Crash(
    code="CRA034",
    name="all-columns-unused",
    stage="batching",
    errors=("ValueError",),
    pattern=r"No columns in the dataset match the model's forward method signature"
    r".*following columns have been ignored: \[(?P<columns>[^\]]*)\]",
    shown=(
        "No columns in the dataset match the model's forward method signature: (input_ids, ...). The "
        "following columns have been ignored: [summary, text].",
    ),
    summary="The rows hold text only; they were not tokenized before they were given to the Trainer.",
    why="The Trainer drops every column that is no argument of the model's `forward`, and none was left. A "
    "wrapped model hides its arguments; then `remove_unused_columns=False` keeps the columns.",
    remedy=Remedy("tokenize them into input_ids, attention_mask and labels", code=_TOKENIZE),
    sources=(
        "https://github.com/huggingface/transformers/issues/31570",
        "https://github.com/huggingface/transformers/issues/25054",
    ),
    tell=_no_column,
)
NO_ENCODING = Crash(
    code="CRA035",
    name="rows-not-tokenized",
    stage="batching",
    errors=("ValueError",),
    pattern=r"supply an encoding or a list of encodings to this method that includes (?P<wanted>\w+)",
    shown=(
        "You should supply an encoding or a list of encodings to this method that includes input_ids, but "
        "you provided ['label']",
    ),
    summary="The rows that reach the collator hold no token ids.",
    why="They were not tokenized, or the column of token ids has a name of its own and was dropped as "
    "unused.",
    remedy=Remedy("tokenize the rows, with the column names of the model", code=_TOKENIZE),
    sources=("https://github.com/huggingface/transformers/issues/11381", _PROCESS),
    tell=_no_encoding,
)
OTHER_LENGTH = Crash(
    code="CRA036",
    name="map-changes-the-number-of-rows",
    stage="input",
    errors=("ArrowInvalid",),
    pattern=r"Column \d+ named (?P<name>\w+) expected length (?P<old>\d+) but got length (?P<new>\d+)",
    shown=("Column 2 named input_ids expected length 1000 but got length 1",),
    summary="A function given to `map(batched=True)` returned another number of rows than it got.",
    why="Usually it treats the batch as one row: it gets lists, and must return lists. Where more rows are "
    "wanted, the old columns must go.",
    remedy=Remedy("return one row for each, or remove the old columns", code=_TOKENIZE),
    sources=(_PROCESS,),
    tell=_other_length,
)
NO_PADDING = Crash(
    code="CRA037",
    name="no-pad-token",
    stage="tokenization",
    errors=("ValueError",),
    pattern=r"Asking to pad but the tokenizer does not have a padding token",
    shown=("Asking to pad but the tokenizer does not have a padding token.",),
    summary="Rows are to be padded, and the tokenizer has no pad token.",
    why="Decoder-only models have none, and neither does a tokenizer of your own that was not told of it. "
    "Taking the end token in its place makes hand-written masking hide the real end from the model.",
    remedy=Remedy(
        "add a pad token and a row for it",
        code='tokenizer.add_special_tokens({"pad_token": "<pad>"}); model.resize_token_embeddings('
        "max(len(tokenizer), model.get_input_embeddings().num_embeddings))",
    ),
    sources=("https://github.com/huggingface/transformers/issues/22794",),
    tell=_no_padding,
)
DATASET_SCRIPT = Crash(
    code="CRA038",
    name="dataset-script",
    stage="input",
    errors=("RuntimeError",),
    pattern=r"Dataset scripts are no longer supported, but found (?P<name>\S+)",
    shown=("Dataset scripts are no longer supported, but found xsum.py",),
    summary="The data set is loaded by a script, which datasets 4 and later refuse to run.",
    why="Running code from the hub was given up; most data sets have been converted to Parquet files.",
    remedy=Remedy("load its Parquet files", code='load_dataset(name, revision="refs/convert/parquet")'),
    sources=("https://huggingface.co/docs/datasets/loading",),
)

CRASHES = (NO_TEXT, NO_COLUMN, NO_ENCODING, OTHER_LENGTH, NO_PADDING, DATASET_SCRIPT)

"""BATCHING: how rows become batches."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from workup.examine.check import check
from workup.examine.finding import Finding
from workup.examine.script.facts import UNKNOWN, Facts
from workup.examine.script.kinds import kind_of
from workup.examine.script.names import dotted
from workup.examine.script.roles import OF_LANGUAGE_MODELS, Roles, Use
from workup.examine.script.rules.shared import ERROR, found

_PLAIN = frozenset({"default_data_collator", "DefaultDataCollator"})
_SEQ2SEQ = "data_collator = DataCollatorForSeq2Seq(tokenizer, model=model)"


@check("SCR020", "batching")
def rows_of_unequal_length(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """Rows are not padded when they are made, and the collator does not pad their labels.

    What it checks
    Whether an encoder-decoder model is trained with `default_data_collator`, with `DataCollatorWithPadding`,
    or with none named, which comes to one of these, while no row is padded when it is tokenized.

    Why it matters
    The first batch whose rows differ in length ends the training with "expected sequence of length ...".

    Evidence
    The collator.

    Example
    Wrong: `Trainer(model, args, train_dataset=rows)` with rows from `tokenizer(text)`. Right:
    `data_collator=DataCollatorForSeq2Seq(tokenizer, model=model)`.

    Remedy
    Use `DataCollatorForSeq2Seq`.

    When it is harmless
    With batches of one row, or rows that have one length by nature.

    Known limits
    Only scripts whose rows are all made in sight are judged.

    Sources
    https://github.com/huggingface/transformers/issues/12307
    """
    if not roles.is_seq2seq or not _never_padded(facts, roles):
        return
    for trainer in roles.trainers:
        name, node = _collator_of(facts, trainer)
        settings = roles.settings_of(trainer)
        batch = settings.arguments.get("per_device_train_batch_size") if settings else None
        if name in _PLAIN | {"DataCollatorWithPadding", "none"} and facts.constant(batch) != 1:
            told = "no data_collator is given" if name == "none" else f"{name} does not pad labels"
            yield found(
                facts,
                node,
                ERROR,
                f"rows are tokenized without padding, and {told}: rows of unequal length make no batch",
                "use DataCollatorForSeq2Seq",
                _SEQ2SEQ,
                collator=name,
            )


@check("SCR021", "batching")
def collator_of_another_family(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """The collator is made for another kind of model.

    What it checks
    Whether an encoder-decoder model gets a collator for language models.

    Why it matters
    It puts the inputs in the place of the labels: the model learns to copy what it reads.

    Evidence
    The collator.

    Example
    Wrong: `DataCollatorForLanguageModeling(tokenizer, mlm=False)`. Right:
    `DataCollatorForSeq2Seq(tokenizer, model=model)`.

    Remedy
    Use `DataCollatorForSeq2Seq`.

    When it is harmless
    With a decoder-only model; then nothing is said.

    Known limits
    Only transformers' own collators are judged; a class of one's own may do anything.

    Sources
    https://github.com/huggingface/transformers/issues/39266
    """
    if not roles.is_seq2seq:
        return
    for use in roles.collators:
        if use.made in OF_LANGUAGE_MODELS:
            yield found(
                facts,
                use.call,
                ERROR,
                f"{use.made} makes the batches of an encoder-decoder model: its labels are the inputs",
                "use DataCollatorForSeq2Seq",
                _SEQ2SEQ,
                collator=use.made,
            )


@check("SCR022", "batching")
def smoothing_without_model(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """Labels are smoothed, but the collator does not know the model.

    What it checks
    Whether `label_smoothing_factor` is above 0 while `DataCollatorForSeq2Seq` is made without `model=`.

    Why it matters
    The Trainer takes the labels away before the model is called, and only a collator that knows the model has
    made `decoder_input_ids` of them. The first step fails with a message about `decoder_input_ids` (4.57) or
    about `input_ids` (5.x), which points elsewhere.

    Evidence
    The smoothing factor.

    Example
    Wrong: `DataCollatorForSeq2Seq(tokenizer)`. Right: `DataCollatorForSeq2Seq(tokenizer, model=model)`.

    Remedy
    Give the model to the collator.

    When it is harmless
    Never.

    Known limits
    A factor that is not constant is not judged.

    Sources
    https://github.com/huggingface/transformers/issues/10452
    """
    factors = [facts.constant(use.arguments.get("label_smoothing_factor")) for use in roles.settings]
    factor = max((f for f in factors if isinstance(f, int | float)), default=0)
    if factor <= 0:
        return
    for use in roles.collators:
        if use.made == "DataCollatorForSeq2Seq" and use.arguments.lacks("model", 1):
            yield found(
                facts,
                use.call,
                ERROR,
                f"labels are smoothed ({factor:g}), and DataCollatorForSeq2Seq is not given the model",
                "give the model to the collator",
                _SEQ2SEQ,
                label_smoothing_factor=factor,
            )


@check("SCR023", "batching")
def labels_padded_with_pads(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """The collator pads labels with the pad token instead of -100.

    What it checks
    Whether `label_pad_token_id` of a collator is the pad token's id.

    Why it matters
    The loss looks away from -100 only. Pads are then learned like text, and the reported loss is too low.

    Evidence
    The value given.

    Example
    Wrong: `DataCollatorForSeq2Seq(tokenizer, label_pad_token_id=tokenizer.pad_token_id)`. Right: without it.

    Remedy
    Leave `label_pad_token_id` at -100.

    When it is harmless
    With a loss of one's own that ignores the pad id.

    Known limits
    A value that is chosen while the script runs is not judged.

    Sources
    https://github.com/IDEA-CCNL/Fengshenbang-LM/issues/414
    """
    for use in roles.collators:
        given = use.arguments.get("label_pad_token_id", 5)
        if given is None:
            continue
        resolved = facts.resolve(given)
        is_pad = isinstance(resolved, ast.Attribute) and resolved.attr == "pad_token_id"
        value = facts.constant(given)
        other = value is not UNKNOWN and value != -100
        if (is_pad or other) and not _ignores_by_loss(facts):
            yield found(
                facts,
                given,
                ERROR,
                f"labels are padded with {ast.unparse(given)}, which the loss counts; it ignores -100 only",
                "leave label_pad_token_id out; its default is -100",
            )


@check("SCR024", "batching")
def text_reaches_collator(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """Columns of text are left in the rows that a collator gets.

    What it checks
    Whether rows made by `map` keep their columns while `remove_unused_columns=False`, or while a collator is
    called by hand on them.

    Why it matters
    No tensor can be made of text: "Unable to create tensor ... your features have excessive nesting", or "too
    many dimensions 'str'".

    Evidence
    The `map` that keeps its columns.

    Example
    Wrong: `rows = data.map(tokenize)` and `collator([rows[0], rows[1]])`. Right:
    `rows = data.map(tokenize, remove_columns=data.column_names)`.

    Remedy
    Remove the columns of text in `map`.

    When it is harmless
    When every column is a number; or with the Trainer's default, `remove_unused_columns=True`, which removes
    them for the training.

    Known limits
    A collator of one's own may take the columns out; it is not judged.

    Sources
    https://github.com/huggingface/transformers/issues/15505
    """
    kept = [m for m in roles.row_makers if m.call is not None and _keeps_columns(facts, m.call)]
    if not kept or len(kept) < len(roles.row_makers) or _selects_columns(facts):
        return
    evidence = {"map": facts.place(kept[0].call or kept[0].function)}
    for trainer in roles.trainers:
        settings = roles.settings_of(trainer)
        keeps = settings.arguments.get("remove_unused_columns") if settings is not None else None
        name, _ = _collator_of(facts, trainer)
        if keeps is not None and facts.constant(keeps) is False and name.startswith("DataCollator"):
            yield found(
                facts,
                keeps,
                ERROR,
                "remove_unused_columns=False, and map() keeps the columns of text, which make no tensor",
                "remove the columns in map()",
                "rows = dataset.map(tokenize, remove_columns=dataset.column_names)",
                **evidence,
            )
    for call in facts.calls:
        if kind_of(facts, call.func) == "collator" and call.args and _takes_rows(facts, roles, call.args[0]):
            yield found(
                facts,
                call,
                ERROR,
                "the collator is called by hand on rows that keep their columns of text",
                "remove the columns in map()",
                "rows = dataset.map(tokenize, remove_columns=dataset.column_names)",
                **evidence,
            )


def _collator_of(facts: Facts, trainer: Use) -> tuple[str, ast.AST]:
    """The name of a Trainer's collator, and its place; "none" where none is given, "" where it is unknown."""
    given = trainer.arguments.get("data_collator", 2)
    if given is None:
        return ("none" if trainer.arguments.complete else ""), trainer.call
    resolved = facts.resolve(given)
    made = resolved.func if isinstance(resolved, ast.Call) else resolved
    return facts.origin(made).removeprefix("transformers."), given


def _never_padded(facts: Facts, roles: Roles) -> bool:
    """Whether rows are made in sight, and no call of a tokenizer in the script pads, or may pad."""
    if not roles.row_makers or any(
        m.call is not None and m.call.func.attr != "map"  # type: ignore[attr-defined]
        for m in roles.row_makers
    ):
        return False
    uses = [use for maker in roles.row_makers for use in roles.tokenizings(maker.function)]
    pads = [facts.constant(use.arguments.get("padding")) for use in uses if use.arguments.get("padding")]
    named = {dotted(node.func).rpartition(".")[2] for node in facts.calls}
    return (
        all(use.arguments.complete for use in uses) and all(p is False for p in pads) and "pad" not in named
    )


def _keeps_columns(facts: Facts, call: ast.Call) -> bool:
    return facts.arguments(call).lacks("remove_columns", 7)


def _selects_columns(facts: Facts) -> bool:
    """Whether columns are taken out anywhere else."""
    names = {"remove_columns", "select_columns", "set_format", "with_format"}
    return any(isinstance(call.func, ast.Attribute) and call.func.attr in names for call in facts.calls)


def _ignores_by_loss(facts: Facts) -> bool:
    return any(isinstance(node, ast.keyword) and node.arg == "ignore_index" for node in facts.nodes)


def _takes_rows(facts: Facts, roles: Roles, given: ast.expr) -> bool:
    """Whether an expression is a list of rows as `map` returned them."""
    given = facts.resolve(given)
    element = given.elts[0] if isinstance(given, ast.List) and given.elts else getattr(given, "elt", None)
    if not isinstance(element, ast.Subscript):
        return False
    source = facts.resolve(element.value)
    while isinstance(source, ast.Subscript):  # a split of a dict of datasets
        source = facts.resolve(source.value)
    return any(source is maker.call for maker in roles.row_makers)


RULES = (
    rows_of_unequal_length,
    collator_of_another_family,
    smoothing_without_model,
    labels_padded_with_pads,
    text_reaches_collator,
)

"""Follows one example through every stage: on any parts, on a recipe, on a finished run."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workup.data.rows import Example as Row
from workup.data.rows import as_text
from workup.errors import DataError
from workup.examine.measurements.batches import ids
from workup.examine.measurements.generating import quietly
from workup.examine.measurements.texts import plain
from workup.examine.session import untouched
from workup.examine.subject import Subject
from workup.examine.trace import answering, reading
from workup.examine.trace.example import Example
from workup.examine.trace.trace import Trace
from workup.recipe import Generation, Recipe, Tokens

if TYPE_CHECKING:
    from workup.pipeline.predictor import Predictor


def trace_example(
    model: Any,
    tokenizer: Any,
    collator: Callable[[list[Any]], Mapping[str, Any]] | None,
    source: str,
    target: str | None = None,
    generation: Generation | Mapping[str, Any] | None = None,
    *,
    text: str = "",
    prefix: str = "",
    row: Mapping[str, Any] | None = None,
    tokens: Tokens | None = None,
    trained: bool = True,
) -> Trace:
    """Follow one example through parts of a fine-tune; nothing of them is changed.

    Args:
        collator: makes batches of rows; None: pads sources, and labels with -100.
        source: the text that the model reads, prefix included.
        target: the text that it should say; None: labels and loss are not looked at.
        generation: arguments for `generate()`, or the settings of a recipe.
        text: what is asked, where the source is more than that.
        prefix: what the training puts before every source.
        row: the tokenized row as the collator gets it; None: source and target are tokenized.
        tokens: how they are tokenized.
        trained: False: the model owes no answer that ends.

    Raises:
        DataError: the source is empty, or the row has no ids.
    """
    from workup.pipeline.batching import collator as own_collator

    if not source.strip():
        raise DataError("there is nothing to follow: the source is empty")
    if row is not None and not ids(row.get("input_ids")):
        raise DataError("the row has no input_ids: give it as the collator gets it, tokenized")
    example = Example(
        model=model,
        tokenizer=tokenizer,
        collator=collator or own_collator(tokenizer, model),
        source=source,
        target=target,
        text=text,
        prefix=prefix,
        given_row=row,
        tokens=tokens or Tokens(),
        generation=generation,
        trained=trained,
    )
    with untouched(Subject(model=model, tokenizer=tokenizer)), quietly():
        return _follow(example)


def _follow(example: Example) -> Trace:
    example.model.eval()
    batching, batch = reading.batching_step(example)
    generation, answered = answering.generation_step(example, batch)
    return Trace(
        (
            reading.input_step(example),
            reading.tokenization_step(example),
            batching,
            answering.model_step(example, batch),
            answering.training_step(example, batch),
            generation,
            answering.output_step(example, answered),
        ),
        answering.is_right(example, answered) if example.trained else None,
    )


def trace_recipe(recipe: Recipe, text: str, target: str | None = None) -> Trace:
    """Follow a text through a recipe before its training: everything is made as the training makes it.

    A text that is a row of the data has that row's target. A prompt of several columns takes a JSON object.

    Raises:
        DataError, ModelError, RecipeError: data, base or text cannot be used.
    """
    from workup.pipeline.predictor import Predictor
    from workup.run import prepare

    given = read_text(text)
    prepared = prepare(recipe)
    rows = [*prepared.examples.train, *prepared.examples.validation]
    predictor = Predictor(prepared.base.model, prepared.base.tokenizer, recipe)
    return _trace(predictor, given, target, rows, trained=False)


def trace_run(folder: Path, text: str, target: str | None = None) -> Trace:
    """Follow a text through a finished run, or through a model folder out of one.

    A text that is a row of the run's data has that row's target, where the data can still be read.

    Raises:
        RunError: the folder holds no finished run.
        DataError, ModelError, RecipeError: the model or the text cannot be used.
    """
    from workup.run import Run

    given = read_text(text)
    run = Run.load(folder)
    try:
        rows = [*run.examples.train, *run.examples.validation] if target is None else []
    except DataError:
        rows = []
    return _trace(run.predictor, given, target, rows, trained=True)


def read_text(text: str) -> str | dict[str, Any]:
    """What is asked: the text itself, or the columns of a JSON object.

    Raises:
        DataError: it is empty.
    """
    if not text.strip():
        raise DataError("there is nothing to follow: the text is empty")
    if text.lstrip().startswith("{"):
        try:
            columns = json.loads(text)
        except ValueError:
            return text
        if isinstance(columns, dict):
            return columns
    return text


def _trace(
    predictor: Predictor,
    given: str | Mapping[str, Any],
    target: str | None,
    rows: Sequence[Row],
    *,
    trained: bool,
) -> Trace:
    from workup.pipeline.batching import collator

    recipe = predictor.recipe
    content = (
        given
        if isinstance(given, str)
        else " ".join(as_text(given[name]) for name in predictor.prompt.template.fields if name in given)
    )
    found = next((row for row in rows if plain(row.content) == plain(content)), None)
    return trace_example(
        predictor.model,
        predictor.tokenizer,
        collator(predictor.tokenizer, predictor.model),
        predictor.source(given) if found is None else found.source,
        target if target is not None or found is None else found.target,
        recipe.generation,
        text=content if isinstance(given, str) else "",
        prefix=recipe.prompt.prefix,
        tokens=recipe.tokens,
        trained=trained,
    )

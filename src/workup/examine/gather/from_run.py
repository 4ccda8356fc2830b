"""A Subject from a recipe before its training, and from a finished run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workup.data.rows import Example
from workup.examine.subject import Generated, Pair, Subject
from workup.recipe import Recipe

# Held-out rows that a finished run is asked to answer.
_ANSWERED = 32


def of_recipe(recipe: Recipe) -> Subject:
    """Everything a recipe's training would use, made as the training makes it; nothing is written.

    Raises:
        DataError, ModelError: the recipe's data or base cannot be used.
    """
    from workup.pipeline.batching import collator
    from workup.pipeline.training import TokenLoss, arguments
    from workup.run import prepare

    prepared = prepare(recipe)
    divided = prepared.examples
    model, tokenizer = prepared.base.model, prepared.base.tokenizer
    return Subject(
        arguments=arguments(
            recipe, Path("unused"), prepared.steps, validated=bool(divided.validation), bf16=prepared.bf16
        ),
        model=model,
        tokenizer=tokenizer,
        collator=collator(tokenizer, model),
        train_rows=prepared.train.rows,
        eval_rows=prepared.validation.rows or None,
        train_pairs=_pairs(divided.train),
        eval_pairs=_pairs(divided.validation) or None,
        prediction_sources=[example.source for example in divided.validation] or None,
        generation=recipe.generation.model_dump(),
        compute_loss_func=TokenLoss(recipe.training.label_smoothing),
        optimizer=_optimizer(recipe, model),
        target_template=recipe.target.template,
    )


def of_run(folder: Path) -> Subject:
    """A finished run: its recipe's parts with the trained model, its log, and answers to held-out rows.

    Raises:
        RunError: the folder holds no finished run.
        DataError, ModelError: data or model can no longer be used.
    """
    import dataclasses

    from workup.run import LOG, Run

    run = Run.load(folder)
    before = of_recipe(run.recipe)
    return dataclasses.replace(
        before,
        model=run.predictor.model,
        tokenizer=run.predictor.tokenizer,
        optimizer=_optimizer(run.recipe, run.predictor.model),
        log=_log(folder / LOG),
        generated=_answers(run.predictor, (before.eval_pairs or ())[:_ANSWERED]) or None,
    )


def _optimizer(recipe: Recipe, model: Any) -> Any:
    """The optimizer where the arguments do not name it: Adafactor is made by the pipeline itself."""
    from workup.pipeline.training import adafactor

    if recipe.training.optimizer != "adafactor":
        return None
    kind, settings = adafactor(recipe.training)
    return kind(model.parameters(), **settings)


def _pairs(examples: Sequence[Example]) -> list[Pair]:
    return [Pair(example.source, example.target) for example in examples]


def _answers(predictor: Any, pairs: Sequence[Pair]) -> list[Generated]:
    from workup.pipeline.generation import generate

    recipe = predictor.recipe
    sources = [pair.source for pair in pairs]
    found = dict(generate(predictor.model, predictor.tokenizer, sources, recipe.tokens, recipe.generation))
    return [
        Generated(pair.source, found[n][0].ids, found[n][0].text, pair.target) for n, pair in enumerate(pairs)
    ]


def _log(file: Path) -> list[dict[str, Any]] | None:
    """The run's log as transformers words it."""
    if not file.is_file():
        return None
    history = []
    for line in file.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["kind"] == "validation":
            history.append({"step": entry["step"], "epoch": entry["epoch"], "eval_loss": entry["loss"]})
        else:
            history.append(
                {
                    "step": entry["step"],
                    "epoch": entry["epoch"],
                    "loss": entry["loss"],
                    "learning_rate": entry["learning_rate"],
                    "grad_norm": entry["gradient_norm"],
                }
            )
    return history

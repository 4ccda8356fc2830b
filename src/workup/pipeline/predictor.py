"""OUTPUT: a stored model answering, through the very prompt, lengths and settings it was stored with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from workup.data.rows import Example, as_text, is_missing
from workup.errors import DataError, RunError, nearest
from workup.pipeline import model as models
from workup.pipeline.batching import collator
from workup.pipeline.generation import generate
from workup.pipeline.prompt import Prompt, Template
from workup.pipeline.tokenization import encode
from workup.pipeline.training import TokenLoss
from workup.recipe import Recipe

RECIPE = "recipe.yaml"
_BATCH = 32


@dataclass(frozen=True)
class Answer:
    """One generated text, the fields its template names, and the search's log-probability for it."""

    text: str
    fields: Mapping[str, str]
    answer: str
    score: float | None


@dataclass(frozen=True)
class Prediction:
    """What the model makes of one source: its candidates, best first."""

    source: str
    candidates: tuple[Answer, ...]

    @property
    def text(self) -> str:
        """The best generated text, as it was generated."""
        return self.candidates[0].text

    @property
    def answer(self) -> str:
        """The first field of the best text."""
        return self.candidates[0].answer


class Predictor:
    """A model, its tokenizer and the recipe that made it."""

    def __init__(self, model: Any, tokenizer: Any, recipe: Recipe) -> None:
        self.model, self.tokenizer, self.recipe = model, tokenizer, recipe
        self.prompt, self.target = Prompt.of(recipe), Template(recipe.target.template)

    @classmethod
    def load(cls, folder: Path) -> Predictor:
        """Load a model folder written by a run.

        Raises:
            RunError: the folder does not carry its recipe, so its prompt is unknown.
            ModelError: the model or its tokenizer cannot be loaded.
        """
        if not (folder / RECIPE).is_file():
            raise RunError(
                f"{folder} holds no {RECIPE}, so its prompt is unknown; name a run made by `workup train`"
            )
        base = models.load(str(folder.resolve()))
        return cls(base.model.eval(), base.tokenizer, Recipe.load(folder / RECIPE))

    def source(self, given: str | Mapping[str, Any]) -> str:
        """The text the model reads, for a free text or for a row of columns.

        Raises:
            DataError: the text is empty, or the row lacks a column of the prompt.
        """
        if isinstance(given, str):
            if is_missing(given):
                raise DataError("there is no text to answer: it is empty")
            return self.prompt.source_of_text(as_text(given))
        for name in self.prompt.template.fields:
            if is_missing(given.get(name)):
                raise DataError(
                    f"the input has nothing in {name!r}, which the prompt needs; {nearest(name, given)}"
                )
        return self.prompt.source(given)

    def predict(self, given: str | Mapping[str, Any], candidates: int = 1) -> Prediction:
        """Answer one free text or one row of columns."""
        return next(prediction for _, prediction in self.stream([self.source(given)], candidates))

    def stream(self, sources: Sequence[str], candidates: int = 1) -> Iterator[tuple[int, Prediction]]:
        """Answer sources (prefix included) as they get done: (position, prediction), not in order."""
        recipe = self.recipe
        for position, found in generate(
            self.model, self.tokenizer, sources, recipe.tokens, recipe.generation, candidates
        ):
            answers = tuple(self._answer(candidate.text, candidate.score) for candidate in found)
            yield position, Prediction(sources[position], answers)

    def _answer(self, text: str, score: float | None) -> Answer:
        fields = self.target.parse(text)
        return Answer(text, fields, fields.get(self.target.fields[0], text), score)

    def loss(self, examples: Sequence[Example]) -> float:
        """Mean cross-entropy of the targets in nats per token, pads never counted."""
        tokens = self.recipe.tokens.model_copy(update={"padding": "longest", "mask_label_pads": True})
        rows = sorted(encode(self.tokenizer, examples, tokens).rows, key=lambda row: len(row["input_ids"]))
        collate, loss_of = collator(self.tokenizer, self.model), TokenLoss(0.0)
        total, count = 0.0, 0
        for start in range(0, len(rows), _BATCH):
            batch = collate(rows[start : start + _BATCH]).to(self.model.device)
            labels = batch.pop("labels")
            with torch.inference_mode():
                total += float(loss_of(self.model(**batch), labels, num_items_in_batch=1))
            count += int((labels >= 0).sum())
        return total / count

"""The Recipe: one typed, complete, frozen description of a fine-tune.

A field's description says what the field does and where its default comes from; the same words are
the comments of a saved recipe and the explanations of a diff. How a recipe is read from YAML, with
the line of every fault, is in `recipe_yaml.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from workup.errors import RecipeError, nearest

Positive = Annotated[int, Field(gt=0)]
Rate = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, lt=1)]
Interval = Literal["epoch", "never"] | Positive


class Section(BaseModel):
    """A part of a recipe: frozen, no unknown keys, no silent conversion of types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Data(Section):
    source: str = Field(
        description="a csv, tsv, jsonl or parquet file, a datasets folder, or an installed source such as 'clinic'"
    )
    columns: dict[str, str] = Field(
        default_factory=dict,
        description="name used in the templates: name of the column in the data",
    )
    split: Literal["fraction", "column", "source", "none"] = Field(
        "fraction", description="where validation rows come from; without any, overfitting cannot be seen"
    )
    validation_fraction: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.2, description="share of groups held out when split is 'fraction'"
    )
    split_column: str | None = Field(
        None, description="column that says train or validation, when split is 'column'"
    )
    validation_source: str | None = Field(
        None, description="the validation data, when split is 'source'"
    )
    group: str | None = Field(
        None, description="column whose equal values never stand on both sides of a split"
    )
    accepted: str | None = Field(
        None, description="column with further answers that count as right, beside the target's first field"
    )
    strata: str | None = Field(
        None, description="column by whose values the evaluation is broken down"
    )
    limit: Positive | None = Field(
        None, description="train on this many rows, drawn with the data seed; null: all of them"
    )
    seed: int = Field(0, description="of the split and the limit")

    @model_validator(mode="after")
    def _split_has_its_argument(self) -> Data:
        needs = {"column": "split_column", "source": "validation_source"}
        for split, argument in needs.items():
            if (self.split == split) != (getattr(self, argument) is not None):
                raise ValueError(f"{argument} must be given exactly when split is {split!r}")
        return self


class Prompt(Section):
    prefix: str = Field(
        "",
        description="put before every source, in training and in prediction alike; T5 was pretrained with task prefixes",
    )
    template: str = Field("{input}", description="the source text; names in braces are columns")


class Target(Section):
    template: str = Field(
        "{output}",
        description="the text to learn; names in braces are columns, the first one is the answer that is scored",
    )


class Tokens(Section):
    source_length: Positive = Field(
        512, description="longest source in tokens; 512 is T5's pretraining length (Raffel 2020)"
    )
    target_length: Positive = Field(
        128, description="longest target in tokens; longer ones are cut, counted and reported"
    )
    padding: Literal["longest", "max_length"] = Field(
        "longest", description="pad to the longest row of a batch, or always to the full length"
    )
    mask_label_pads: bool = Field(
        True, description="pads in the labels are ignored by the loss (-100); counted, they drown the answer"
    )
    append_eos: bool = Field(
        True, description="every target ends in the end token; without it generation never learns to stop"
    )


class Lora(Section):
    rank: Positive = Field(8, description="rank of the adapter (Hu 2021)")
    alpha: Positive = Field(16, description="scale of the adapter's output; twice the rank is usual")
    dropout: Share = Field(0.0, description="dropout before the adapter")


class Training(Section):
    epochs: Rate = Field(10.0, description="passes over the training rows")
    batch_size: Positive = Field(8, description="rows in one forward pass")
    accumulation: Positive = Field(
        1, description="batches added up into one optimizer step; the same loss and gradient as one large batch"
    )
    learning_rate: Rate = Field(
        3e-4, description="peak step size; transformers' T5 page finds 1e-4 and 3e-4 good with AdamW"
    )
    warmup: Annotated[int, Field(ge=0)] | Share = Field(
        0.06, description="steps before the peak: a whole number of them, or a share of all steps"
    )
    schedule: Literal["linear", "cosine", "constant"] = Field(
        "linear", description="course of the step size after the warm-up"
    )
    optimizer: Literal["adamw", "adafactor"] = Field(
        "adamw", description="adafactor keeps less memory; T5 was pretrained with it"
    )
    weight_decay: Annotated[float, Field(ge=0)] = Field(0.0, description="decoupled weight decay")
    max_grad_norm: Annotated[float, Field(ge=0)] = Field(
        1.0, description="gradients longer than this are shortened; 0: never"
    )
    label_smoothing: Share = Field(
        0.0, description="share of the target's probability spread over all tokens"
    )
    precision: Literal["auto", "float32", "bf16"] = Field(
        "auto", description="auto: bf16 autocast where the hardware computes in it, else float32"
    )
    batch_order: Literal["by_length", "shuffled"] = Field(
        "by_length", description="rows of like length share a batch (fewer pads to compute), or plain shuffling"
    )
    threads: Positive | Literal["auto"] = Field(
        "auto", description="CPU threads of one process; auto: few for small models, where more only wait"
    )
    evaluate_every: Interval = Field(
        "epoch", description="when the validation loss is taken: epoch, never, or a number of steps"
    )
    checkpoint_every: Interval = Field(
        "epoch", description="when a checkpoint to resume from is written: epoch, never, or a number of steps"
    )
    early_stopping: Positive | None = Field(
        None, description="stop after this many evaluations without a better validation loss and keep the best weights"
    )
    lora: Lora | None = Field(
        None, description="train a low-rank adapter (merged into the model at the end) instead of all weights"
    )
    continue_from: str | None = Field(
        None, description="a finished run whose weights training starts from, with a fresh optimizer; null: from the base"
    )


class Generation(Section):
    num_beams: Positive = Field(4, description="hypotheses kept while searching; 1 is greedy")
    max_new_tokens: Positive = Field(64, description="longest answer in tokens; transformers alone stops at 20")
    min_new_tokens: Annotated[int, Field(ge=0)] = Field(0, description="shortest answer in tokens")
    length_penalty: float = Field(
        0.0, description="exponent of the length that scores are divided by; 0 ranks by probability itself"
    )
    repetition_penalty: Rate = Field(
        1.0, description="above 1, tokens already said become less likely; hides repetition, cures nothing"
    )
    no_repeat_ngram_size: Annotated[int, Field(ge=0)] = Field(
        0, description="n-grams of this size are said once at most; 0: no rule"
    )
    early_stopping: bool = Field(
        False, description="stop as soon as num_beams answers are complete, found better ones or not"
    )


class Recipe(Section):
    """A complete fine-tune. See the fields of its sections for what each does."""

    base: str = Field(
        description="'builtin', a folder written by save_pretrained, or a hub id such as 'google/flan-t5-base'"
    )
    data: Data
    prompt: Prompt = Prompt()
    target: Target = Target()
    tokens: Tokens = Tokens()
    training: Training = Training()
    generation: Generation = Generation()
    seed: int = Field(0, description="of dropout, order of rows and new weights")
    notice: str = Field("", description="a sentence shown with every answer, such as a statement of intended use")
    environment: dict[str, str] = Field(
        default_factory=dict, description="package: version; written by a run, empty in a recipe for any environment"
    )

    @model_validator(mode="after")
    def _possible(self) -> Recipe:
        training, validated = self.training, self.data.split != "none"
        if training.early_stopping is not None:
            if not validated:
                raise ValueError(
                    "training.early_stopping needs validation rows: set data.split, or early_stopping to null"
                )
            if training.evaluate_every == "never" or training.evaluate_every != training.checkpoint_every:
                raise ValueError(
                    "training.early_stopping keeps the best checkpoint: "
                    "set training.evaluate_every and training.checkpoint_every to the same interval"
                )
        if self.tokens.padding == "longest" and not self.tokens.mask_label_pads:
            raise ValueError(
                "tokens.mask_label_pads can be false only with tokens.padding 'max_length': "
                "pads to the longest row of a batch are always masked"
            )
        if self.generation.min_new_tokens > self.generation.max_new_tokens:
            raise ValueError("generation.min_new_tokens is larger than generation.max_new_tokens")
        return self

    @classmethod
    def load(cls, path: str | Path) -> Recipe:
        """Read a recipe from YAML.

        Raises:
            RecipeError: the file is missing, is not YAML, or breaks the schema; every fault is named
                with file, line, key and nearest valid key.
        """
        from workup.recipe_yaml import read

        return read(Path(path))

    def save(self, path: str | Path) -> None:
        """Write the complete recipe as YAML, each line with its explanation."""
        from workup.files import write_text
        from workup.recipe_yaml import write

        write_text(Path(path), write(self))

    def change(self, path: str, value: Any) -> Recipe:
        """A new recipe with the one dotted path, such as "training.learning_rate", set to `value`.

        Raises:
            RecipeError: no such path, a value of the wrong type, or an impossible combination.
        """
        tree = self.model_dump()
        *parents, last = path.split(".")
        branch: Any = tree
        for depth, key in enumerate(parents):
            if isinstance(branch, dict) and branch.get(key, ...) is None:
                branch[key] = {}
            if not isinstance(branch, dict) or not isinstance(branch.get(key), dict):
                raise _no_such_path(path, ".".join(parents[: depth + 1]))
            branch = branch[key]
        branch[last] = dict(value) if isinstance(value, Mapping) else value
        try:
            return Recipe.model_validate(tree)
        except ValidationError as error:
            if any(fault["type"] == "extra_forbidden" for fault in error.errors()):
                raise _no_such_path(path, path) from None
            faults = "; ".join(describe(fault) for fault in error.errors())
            raise RecipeError(f"cannot set {path} to {value!r}: {faults}") from None

    def diff(self, other: Recipe) -> list[Difference]:
        """What differs, in the order of the fields: dotted path, value here, value there."""
        mine, theirs = dict(leaves(self)), dict(leaves(other))
        paths = [*mine, *(path for path in theirs if path not in mine)]
        return [
            Difference(path, mine.get(path), theirs.get(path), meaning(path))
            for path in paths
            if mine.get(path) != theirs.get(path)
        ]


@dataclass(frozen=True)
class Difference:
    """One dotted path whose value differs between two recipes; None where a side lacks it."""

    path: str
    left: Any
    right: Any
    meaning: str


def leaves(recipe: Recipe) -> Iterator[tuple[str, Any]]:
    """Every dotted path of the recipe with its value, in the order of the fields."""

    def walk(prefix: str, value: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from walk(f"{prefix}.{key}" if prefix else key, inner)
        else:
            yield prefix, value

    return walk("", recipe.model_dump())


def meaning(path: str) -> str:
    """The description of the field at a dotted path; of the nearest field above it for a free key."""
    model: type[BaseModel] | None = Recipe
    description = ""
    for key in path.split("."):
        if model is None or key not in model.model_fields:
            break
        field = model.model_fields[key]
        description = field.description or description
        model = section_of(field.annotation)
    return description


def section_of(annotation: Any) -> type[Section] | None:
    """The Section among a field's types, if there is one (`Lora | None` gives Lora)."""
    candidates = getattr(annotation, "__args__", (annotation,))
    return next((c for c in candidates if isinstance(c, type) and issubclass(c, Section)), None)


def describe(fault: Any) -> str:
    """One pydantic fault in a user's words, without its place."""
    message = str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] in {"value_error", "missing"}:
        return message
    return f"{message}, got {fault['input']!r}"


def _no_such_path(path: str, failed: str) -> RecipeError:
    valid = [leaf for leaf, _ in leaves(Recipe(base="builtin", data=Data(source="-")))]
    return RecipeError(f"a recipe has no {failed!r} (in {path!r}); {nearest(path, valid)}")

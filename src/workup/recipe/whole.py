"""The Recipe: one typed, complete, frozen description of a fine-tune."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError, model_validator

from workup.errors import RecipeError, nearest
from workup.recipe.fields import Data, Generation, Prompt, Section, Target, Tokens, Training


class Recipe(Section):
    """A complete fine-tune. See the fields of its sections for what each does."""

    base: str = Field(
        description="'builtin', a folder written by save_pretrained, or a hub id like 'google/flan-t5-base'"
    )
    data: Data
    prompt: Prompt = Prompt()
    target: Target = Target()
    tokens: Tokens = Tokens()
    training: Training = Training()
    generation: Generation = Generation()
    seed: int = Field(0, description="of dropout, order of rows and new weights")
    notice: str = Field(
        "", description="a sentence shown with every answer, such as a statement of intended use"
    )
    environment: dict[str, str] = Field(
        default_factory=dict,
        description="package: version; written by a run, empty in a recipe for any environment",
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
        from workup.recipe.yaml_form import read

        return read(Path(path))

    def save(self, path: str | Path) -> None:
        """Write the complete recipe as YAML, each line with its explanation."""
        from workup.files import write_text
        from workup.recipe.yaml_form import write

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


def meaning(path: str, form: type[Section] | None = None) -> str:
    """The description of the field of a form (None: a recipe) at a dotted path, or of the one above."""
    model: type[BaseModel] | None = form or Recipe
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

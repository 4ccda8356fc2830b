"""INPUT: from rows to examples, through the one prompt and the one target template of a recipe."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from workup.data.rows import Example, Row, as_text
from workup.errors import RecipeError
from workup.recipe import Recipe


@dataclass(frozen=True)
class Template:
    """A text with column names in braces, such as "Diagnosis: {diagnosis} | DD: {differential}"."""

    text: str

    @property
    def fields(self) -> tuple[str, ...]:
        """The column names, in the order they stand.

        Raises:
            RecipeError: the braces do not match, or a pair of them holds no plain name.
        """
        try:
            parts = [part for part in Formatter().parse(self.text) if part[1] is not None]
        except ValueError as error:
            raise RecipeError(f"template {self.text!r}: {error}; write a literal brace twice") from None
        names = [str(name) for _, name, _, _ in parts]
        plain = all(
            re.fullmatch(r"[^\W\d]\w*", str(name)) and not (spec or how) for _, name, spec, how in parts
        )
        if not plain or not names:
            raise RecipeError(f"template {self.text!r} needs column names in braces, such as '{{diagnosis}}'")
        return tuple(dict.fromkeys(names))

    def fill(self, values: Mapping[str, Any]) -> str:
        """The template with each name replaced by its value."""
        return self.text.format_map({name: as_text(values[name]) for name in self.fields})

    def parse(self, text: str) -> dict[str, str]:
        """The inverse of `fill`: the fields found in a generated text.

        A text that breaks off early still gives the fields it reached; one that does not follow the
        template at all gives itself as the first field.
        """
        parts = [(literal, name) for literal, name, _, _ in Formatter().parse(self.text)]
        for reached in range(len(parts), 0, -1):
            match = re.fullmatch(_pattern(parts[:reached]), text.strip(), re.DOTALL)
            if match:
                return {name: value.strip() for name, value in match.groupdict().items()}
        return {self.fields[0]: text.strip()}


def _pattern(parts: list[tuple[str, str | None]]) -> str:
    seen: set[str] = set()
    pattern = ""
    for literal, name in parts:
        pattern += r"\s*".join(re.escape(word) for word in re.split(r"\s+", literal))
        if name is not None:
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.*?)"
            seen.add(name)
    return pattern


@dataclass(frozen=True)
class Prompt:
    """How any text reaches the model: used alike in training and in prediction."""

    prefix: str
    template: Template

    @classmethod
    def of(cls, recipe: Recipe) -> Prompt:
        """The prompt of a recipe."""
        return cls(recipe.prompt.prefix, Template(recipe.prompt.template))

    def source(self, values: Mapping[str, Any]) -> str:
        """The text the model reads for a row."""
        return self.prefix + self.template.fill(values)

    def source_of_text(self, text: str) -> str:
        """The text the model reads for free text, which stands for the template's one field.

        Raises:
            RecipeError: the template has several fields, so a text alone cannot fill it.
        """
        fields = self.template.fields
        if len(fields) > 1:
            raise RecipeError(
                f"this model reads {len(fields)} fields ({', '.join(fields)}): "
                "give a JSON object with these keys, or a jsonl file, instead of plain text"
            )
        return self.source({fields[0]: text})


def columns_needed(recipe: Recipe) -> dict[str, str]:
    """Every column that must hold a value, with the recipe field that uses it."""
    needs = dict.fromkeys(Template(recipe.target.template).fields, "target.template")
    return {**needs, **dict.fromkeys(Template(recipe.prompt.template).fields, "prompt.template")}


def to_examples(rows: Iterable[Row], recipe: Recipe) -> list[Example]:
    """One example a row: source through the prompt, target through the target template."""
    prompt, target = Prompt.of(recipe), Template(recipe.target.template)
    return [_to_example(row, recipe, prompt, target) for row in rows]


def _to_example(row: Row, recipe: Recipe, prompt: Prompt, target: Template) -> Example:
    also = row.values.get(recipe.data.accepted) if recipe.data.accepted else None
    accepted = [also] if isinstance(also, str) else (also or [])
    answers = dict.fromkeys([as_text(row.values[target.fields[0]]), *map(as_text, accepted)])
    group = row.values.get(recipe.data.group) if recipe.data.group else None
    return Example(
        id=as_text(row.values["id"]) if "id" in row.values else row.place,
        source=prompt.source(row.values),
        target=target.fill(row.values),
        content=" ".join(as_text(row.values[name]) for name in prompt.template.fields),
        answers=tuple(answers),
        group=as_text(group) if group is not None else row.place,
        metadata=row.values,
    )

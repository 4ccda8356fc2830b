"""Recipes as YAML: read with the line of every fault, written with an explanation on every line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from workup.errors import RecipeError, nearest
from workup.recipe.fields import Section
from workup.recipe.whole import Recipe, describe, meaning, section_of

_COMMENT_COLUMN = 40
S = TypeVar("S", bound=Section)


class _Loader(yaml.SafeLoader):
    """SafeLoader that reads 3e-4 as the number it is (YAML 1.2), where PyYAML sees a string."""


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?\d+(\.\d*)?[eE][-+]?\d+$"), list("-+0123456789")
)


def parse_value(text: str) -> Any:
    """The value in a command-line change such as training.learning_rate=1e-3."""
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError:
        return text


def read(path: Path) -> Recipe:
    """Read a recipe; see `Recipe.load`."""
    return read_section(path, Recipe, "recipe", "'base:' and 'data:'")


def read_section(path: Path, form: type[S], called: str, keys: str) -> S:
    """Read a YAML file of the given form.

    Args:
        called: what users call such a file.
        keys: two keys it holds, for the message about a file that holds none.

    Raises:
        RecipeError: the file is missing, is not YAML, or breaks the form; every fault is named with
            file, line, key and nearest valid key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        near = [str(found) for found in _recipes_near(path)]
        raise RecipeError(f"there is no {called} {path}; {nearest(str(path), near)}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path} cannot be read as UTF-8 text: {error}") from error
    try:
        node = yaml.compose(text, Loader=_Loader)
        tree = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise RecipeError(f"{path} is not valid YAML: {_one_line(error)}") from error
    if node is None or not isinstance(tree, dict):
        raise RecipeError(f"{path} holds no {called}: expected keys such as {keys}")
    lines = dict(_lines(node))
    twice = [key for key, count in _repeats(node) if count > 1]
    try:
        section = form.model_validate(tree)
    except ValidationError as error:
        raise RecipeError("\n".join(_faults(path, form, error, lines))) from None
    if twice:
        raise RecipeError(f"{path}: {twice[0]} stands twice; keep one of the two")
    return section


def _recipes_near(path: Path) -> list[Path]:
    """The YAML files beside a path that does not exist, and those of a folder "recipes" there."""
    return sorted([*path.parent.glob("[!.]*.yaml"), *path.parent.glob("recipes/*.yaml")])


def _one_line(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return place + str(getattr(error, "problem", error))


def _lines(node: yaml.Node, prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    """Every key path of the YAML tree with its line, counted from 1."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            path = (*prefix, str(key.value))
            yield path, key.start_mark.line + 1
            yield from _lines(value, path)


def _repeats(node: yaml.Node) -> Iterator[tuple[str, int]]:
    paths = [".".join(path) for path, _ in _lines(node)]
    return ((path, paths.count(path)) for path in dict.fromkeys(paths))


def _faults(
    path: Path, form: type[Section], error: ValidationError, lines: dict[tuple[str, ...], int]
) -> list[str]:
    """Every fault as `file:line: key: what is wrong; what to do`, in the order of the lines."""
    found: dict[tuple[int, str], list[str]] = {}
    for fault in error.errors():
        keys = _known_part(form, tuple(str(part) for part in fault["loc"]))
        line = next((lines[keys[:n]] for n in range(len(keys), 0, -1) if keys[:n] in lines), 1)
        found.setdefault((line, ".".join(keys)), []).append(_explain(form, keys, fault))
    return [f"{path}:{line}: {' or '.join(dict.fromkeys(said))}" for (line, _), said in sorted(found.items())]


def _explain(form: type[Section], keys: tuple[str, ...], fault: Any) -> str:
    dotted = ".".join(keys)
    if fault["type"] == "extra_forbidden":
        model = _model_at(form, keys[:-1])
        return f"unknown key {dotted!r}; {nearest(keys[-1], model.model_fields if model else [])}"
    if fault["type"] == "missing":
        return f"{dotted!r} is missing: {meaning(dotted, form)}"
    return f"{dotted}: {describe(fault)}" if dotted else describe(fault)


def _known_part(form: type[Section], loc: tuple[str, ...]) -> tuple[str, ...]:
    """A fault's place without pydantic's own additions for unions (`int`, `literal[...]`)."""
    keys: tuple[str, ...] = ()
    for key in loc:
        model = _model_at(form, keys)
        keys = (*keys, key)
        if model is None or key not in model.model_fields:
            return keys if model is not None else keys[:-1]
    return keys


def _model_at(form: type[Section], keys: tuple[str, ...]) -> type[BaseModel] | None:
    model: type[BaseModel] | None = form
    for key in keys:
        field = model.model_fields.get(key) if model else None
        model = section_of(field.annotation) if field else None
    return model


def write(recipe: Recipe) -> str:
    """The complete recipe as YAML; each line carries the description of its field."""
    lines = ["# A Workup recipe: one complete fine-tune. Run it: workup train THIS_FILE"]
    _write_section(recipe.model_dump(), (), lines)
    return "\n".join(lines) + "\n"


def _write_section(tree: dict[str, Any], prefix: tuple[str, ...], lines: list[str]) -> None:
    indent = "  " * len(prefix)
    for key, value in tree.items():
        path = (*prefix, key)
        if isinstance(value, dict) and (value or _model_at(Recipe, path)):
            lines += [""] * (not prefix) + [f"{indent}{_scalar(key)}:"]
            _write_section(value, path, lines)
        else:
            entry = f"{indent}{_scalar(key)}: {_scalar(value)}"
            comment = meaning(".".join(path)) if _model_at(Recipe, prefix) else ""
            lines.append(f"{entry:<{_COMMENT_COLUMN}}  # {comment}" if comment else entry)


def _scalar(value: Any) -> str:
    text: str = yaml.safe_dump(value, width=10_000, allow_unicode=True, default_flow_style=True)
    return text.removesuffix("\n").removesuffix("\n...")

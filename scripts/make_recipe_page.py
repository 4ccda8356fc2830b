"""Writes docs/recipe-fields.md from the recipe's own field descriptions.

    .venv/bin/python scripts/make_recipe_page.py

A test fails while the page is older than the fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined

from workup.recipe.fields import Section
from workup.recipe.whole import Recipe, section_of

PAGE = Path(__file__).parent.parent / "docs" / "recipe-fields.md"
HEAD = """# Every recipe field

Made from the fields themselves by `scripts/make_recipe_page.py`. `workup recipe show RECIPE` prints the same
words beside your own values.

| field | default | what it does |
|---|---|---|
"""


def rows(model: type[Section], prefix: str = "") -> Iterator[tuple[str, Any, str]]:
    """Dotted path, default and description of every field; a section's fields in place of the section."""
    for name, field in model.model_fields.items():
        section = section_of(field.annotation)
        path = f"{prefix}{name}"
        if section is None or field.default is None:
            yield path, field.get_default(call_default_factory=True), field.description or ""
        if section is not None:
            yield from rows(section, f"{path}.")


def page() -> str:
    lines = []
    for path, default, meaning in rows(Recipe):
        shown = "required" if default is PydanticUndefined else f"`{default!r}`"
        lines.append(f"| `{path}` | {shown} | {meaning} |\n")
    return HEAD + "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)

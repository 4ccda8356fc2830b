"""In which form a case reaches the model: as free text, or as the findings its recipe's prompt names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from workup.data.rows import Example, as_text, is_missing
from workup.pipeline.prompt import Prompt

Form = Literal["findings", "text"]
# The column with the case in free words.
FREE_TEXT = "text"


def form_of(given: str | Mapping[str, Any]) -> Form:
    """Free text is a string; findings are a row of columns."""
    return "text" if isinstance(given, str) else "findings"


def sources(examples: Sequence[Example], prompt: Prompt, form: Form) -> list[str] | None:
    """The examples as the model reads them in this form; None where they do not have it."""
    if form == "findings" and prompt.template.fields != (FREE_TEXT,):
        return [example.source for example in examples]
    texts = [example.metadata.get(FREE_TEXT) for example in examples]
    if form == "findings" or len(prompt.template.fields) > 1 or any(map(is_missing, texts)):
        return None
    return [prompt.source_of_text(as_text(text)) for text in texts]


def contents(examples: Sequence[Example], form: Form) -> list[str]:
    """The examples' own words in this form, without prefix and template."""
    if form == "findings":
        return [example.content for example in examples]
    return [as_text(example.metadata[FREE_TEXT]) for example in examples]

"""Another template for the targets, where the tokenizer cannot write the one that there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from string import Formatter
from typing import Any

from workup.evaluation.ceiling import Ceiling, ceiling
from workup.pipeline.prompt import Template

# What English text is parted by, and so what most vocabularies hold; brackets stay brackets.
_SEPARATORS = (";", ",", "/", "-")
_BRACKETS = str.maketrans("{}[]<>", "()()()")


def scored_ceiling(tokenizer: Any, targets: Sequence[str], template: Template) -> Ceiling:
    """The ceiling of targets whose answers are known only as the template parts them."""
    first = template.fields[0]
    return ceiling(tokenizer, targets, [(template.parse(target)[first],) for target in targets], template)


def writable_template(
    tokenizer: Any, targets: Sequence[str], template: Template, lost: Iterable[str]
) -> str | None:
    """The template with other separators in place of the characters that are lost, None where none helps.

    A separator is taken when the same values, written with it, give the fewest answers that come back
    wrong, and fewer than now.
    """
    now = len(scored_ceiling(tokenizer, targets, template).missed)
    rows = [template.parse(target) for target in targets]
    whole = [row for row in rows if len(row) == len(template.fields)]
    best = None
    for separator in _SEPARATORS:
        text = _with(template, frozenset(lost), separator)
        if text == template.text:
            return None
        other = Template(text)
        answers = [(row[template.fields[0]],) for row in whole]
        missed = len(ceiling(tokenizer, [other.fill(row) for row in whole], answers, other).missed)
        if whole and missed < now:
            best, now = text, missed
    return best


def _with(template: Template, lost: frozenset[str], separator: str) -> str:
    """The template's text with each lost character of its fixed parts replaced."""
    made = ""
    for literal, name, _, _ in Formatter().parse(template.text):
        for character in lost & set(literal):
            instead = character.translate(_BRACKETS)
            if instead != character and instead not in lost:
                literal = literal.replace(character, instead)
            else:
                literal = re.sub(rf"\s*{re.escape(character)}(\s*)", rf"{separator}\1", literal)
        made += literal.replace("{", "{{").replace("}", "}}") + (f"{{{name}}}" if name is not None else "")
    return made

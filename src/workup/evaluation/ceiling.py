"""The best score that a tokenizer allows: every target written as well as its vocabulary can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workup.data.rows import Example
from workup.evaluation.metrics import rank
from workup.pipeline.prompt import Template


@dataclass(frozen=True)
class Ceiling:
    """What a model that wrote every target without a fault would still be scored for.

    Attributes:
        missed: positions of the targets whose answer would not be scored as right.
        lost: visible characters that those lose on their way through the ids, the most frequent first.
    """

    missed: tuple[int, ...]
    lost: tuple[str, ...]


def ceiling_of(tokenizer: Any, examples: Sequence[Example], template: Template) -> Ceiling:
    """The ceiling of examples, judged as an evaluation judges answers: see `ceiling`."""
    return ceiling(tokenizer, [e.target for e in examples], [e.answers for e in examples], template)


def ceiling(
    tokenizer: Any, targets: Sequence[str], answers: Sequence[Sequence[str]], template: Template
) -> Ceiling:
    """Turn each target into ids and back, part it by the template, and compare its first field.

    Args:
        answers: what counts as right for each target; case and punctuation at word ends do not.
    """
    written = _written(tokenizer, targets)
    scored = {target: template.parse(text)[template.fields[0]] for target, text in written.items()}
    missed = tuple(
        position
        for position, (target, right) in enumerate(zip(targets, answers, strict=True))
        if rank([scored[target]], right) is None
    )
    lost: Counter[str] = Counter()
    for position in missed:
        target = targets[position]
        lost.update(set("".join(target.split())) - set(written[target]))
    return Ceiling(missed, tuple(character for character, _ in lost.most_common()))


def _written(tokenizer: Any, targets: Sequence[str]) -> dict[str, str]:
    """Each distinct target as it is read back from its ids, decoded as generation decodes."""
    distinct = list(dict.fromkeys(targets))
    if not distinct:
        return {}
    rows = tokenizer(text_target=distinct, add_special_tokens=False, verbose=False)["input_ids"]
    texts = (tokenizer.decode(ids, skip_special_tokens=True).strip() for ids in rows)
    return dict(zip(distinct, texts, strict=True))

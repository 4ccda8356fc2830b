"""What the phases count, and how they show it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workup.examine.finding import Remedy
from workup.examine.report.remedies import recipe_options
from workup.examine.subject import Generated
from workup.examine.symptoms import pieces, repetition_share
from workup.recipe import Recipe
from workup.walkthrough.phase import Change, Count, Line

_LONGEST_ERROR = 110
# As the check for loops in answers has it: half of six words or more.
_LOOP, _FEWEST = 0.5, 6
_SHOWN, _LONGEST = 3, 64


def count(rows: Sequence[Generated], is_so: Callable[[Generated], bool]) -> Count:
    """How many of the answers are so."""
    return Count(sum(map(is_so, rows)), len(rows))


def is_right(row: Generated) -> bool:
    """Whether an answer is the expected one."""
    return row.text.strip() == row.expected


def right(before: Sequence[Generated], after: Sequence[Generated]) -> Change:
    """The right answers, before and after."""
    return Change("answers are right", count(before, is_right), count(after, is_right))


def loops(row: Generated) -> bool:
    """Whether an answer says one thing again and again."""
    words = pieces(row.text)
    return len(words) >= _FEWEST and repetition_share(words) >= _LOOP


def lines(before: Sequence[Generated], after: Sequence[Generated], prefix: str) -> tuple[Line, ...]:
    """A few notes with both answers; first those whose answers are all different."""
    pairs = list(zip(before, after, strict=True))
    first = {(old.text, new.text): pair for pair in reversed(pairs) for old, new in [pair]}
    chosen = [pair for pair in pairs if pair in first.values()] + pairs
    shown = list(dict.fromkeys(chosen))[:_SHOWN]
    return tuple(
        Line(old.source.removeprefix(prefix), short(old.text), short(new.text)) for old, new in shown
    )


def short(text: str, longest: int = _LONGEST) -> str:
    """A text that fits into a table; one that is empty is said to be so."""
    if not text.strip():
        return "(nothing)"
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def headline(error: Exception) -> str:
    """An error in one line."""
    first = (str(error).strip().splitlines() or [""])[0]
    return short(f"{type(error).__name__}: {first}", _LONGEST_ERROR)


def ids(row: Generated) -> str:
    """The ids of an answer that says nothing else."""
    return f"[{', '.join(map(str, row.ids[:8]))}{', …' if len(row.ids) > 8 else ''}]"


def change(before: Recipe, after: Recipe) -> str:
    """What differs between two recipes, as options of `workup train`."""
    return recipe_options(Remedy("", change={one.path: one.right for one in before.diff(after)}))

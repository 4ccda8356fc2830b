"""What all renderings share: signs, headings, and which positions of a long strip are shown."""

from __future__ import annotations

from collections.abc import Iterator

from workup.examine.trace.trace import State, Step, Strip, Trace

SIGNS: dict[State, str] = {"kept": "✓", "departs": "✗", "shown": "·", "not checked": "-"}
# Of the same piece more often than this in succession, the first and the last few are shown.
_RUN, _FIRST, _LAST = 8, 3, 2
# What stands at either side of a mark, and how many marks are shown of a long strip.
_AROUND, _MARKS = 2, 8

Place = int | range


def places(strip: Strip, marked: frozenset[int], most: int) -> list[Place]:
    """The positions of a strip that are shown, in order; a range stands for those left out.

    Left out are the middle of a run of one piece and, of a strip longer than `most`, what lies between its
    beginning and its end; its first marks are shown.
    """
    kept = [n for run in _runs(strip) for n in (run if len(run) <= _RUN else [*run[:_FIRST], *run[-_LAST:]])]
    if len(kept) > most:
        tail = most // 4
        near = {n for mark in sorted(marked)[:_MARKS] for n in range(mark - _AROUND, mark + _AROUND + 1)}
        kept = [n for place, n in enumerate(kept) if not most - tail <= place < len(kept) - tail or n in near]
    found: list[Place] = []
    due = 0
    for position in kept:
        if position > due:
            found.append(range(due, position))
        found.append(position)
        due = position + 1
    return found


def _runs(strip: Strip) -> Iterator[range]:
    """The positions, by runs of the same piece."""
    pieces = [cell.text for cell in strip.lines[0].cells] if strip.lines else []
    start = 0
    for n in range(1, len(pieces) + 1):
        if n == len(pieces) or pieces[n] != pieces[start]:
            yield range(start, n)
            start = n


def is_marked(place: Place, marked: frozenset[int]) -> bool:
    """Whether a departure points there."""
    return place in marked if isinstance(place, int) else not marked.isdisjoint(place)


def heading(trace: Trace, step: Step) -> str:
    """What is said of a stage beside its name."""
    if step.departures:
        first = "the first departure" if step is trace.first_departure else "departs too"
        return first if len(step.departures) == 1 else f"{first}, in {len(step.departures)} ways"
    if step.contracts:
        return "1 contract kept" if len(step.contracts) == 1 else f"{len(step.contracts)} contracts kept"
    return "" if step.state == "shown" else "not checked"

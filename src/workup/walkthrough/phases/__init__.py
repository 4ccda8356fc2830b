"""The phases, in the order of the guide: a literal table, and one module for each."""

from __future__ import annotations

from workup.errors import RunError, nearest
from workup.walkthrough.phase import Phase
from workup.walkthrough.phases import (
    few_steps,
    labels_and_mask,
    lost_weights,
    memorised,
    no_end,
    pad_loop,
    prefix,
    renames,
    text_columns,
)

PHASES: tuple[Phase, ...] = (
    few_steps.PHASE,
    lost_weights.PHASE,
    labels_and_mask.PHASE,
    text_columns.PHASE,
    prefix.PHASE,
    pad_loop.PHASE,
    no_end.PHASE,
    renames.PHASE,
    memorised.PHASE,
)


def number_of(wanted: str) -> int:
    """The number, from 1, of the phase with this name or number.

    Raises:
        RunError: there is none; the message has the nearest name.
    """
    names = [phase.name for phase in PHASES]
    numbers = [str(number) for number in range(1, len(PHASES) + 1)]
    for known in (names, numbers):
        if wanted in known:
            return known.index(wanted) + 1
    if wanted.isdecimal():
        raise RunError(f"there is no phase {wanted}; they are numbered 1 to {len(PHASES)}")
    raise RunError(f"there is no phase {wanted!r}; {nearest(wanted, names)}")

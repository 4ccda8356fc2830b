"""What can be measured: a setting of the differences between two recipes, with a seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """One trial: which differences take the BAD side (all others take the GOOD side), and the seed.

    `repeat` is 0, or 1 for a trial that must be run a second time although it was run before: only a
    metric that is not settled by its setting and seed then gives another value.
    """

    changed: frozenset[str]
    seed: int
    repeat: int = 0


# Measures a batch, whose trials may run side by side; one value per setting, in order, higher is better.
# A training that its own setting makes crash is worse than every number: -inf, or nan, which counts as
# -inf. What is not the setting's doing (a full disk, a killed process) is raised and ends the search.
Measure = Callable[[Sequence[Setting]], Sequence[float]]

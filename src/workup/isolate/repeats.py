"""Whether a metric is settled by its setting and seed: some of both ends is measured a second time."""

from __future__ import annotations

import math

import numpy as np

from workup.isolate.setting import Setting
from workup.isolate.trials import GOOD, Trials

# Measurements that this may take.
REPEATS = 4


def flaky(trials: Trials, bad: frozenset[str], smallest: float | None) -> bool:
    """Whether two runs of one setting and seed differ by as much as the ends do, and by enough to matter.

    Enough is `smallest`; None: half the standard deviation between seeds. Measures up to REPEATS times, and
    only twice where those agree exactly.
    """
    for seed in (0, 1):
        trials.run([Setting(end, seed, repeat=1) for end in (GOOD, bad)])
        if not apart(trials):
            return False
    good, other = list(trials.values(GOOD).values()), list(trials.values(bad).values())
    ends = abs(np.mean(good) - np.mean(other))
    spread = math.sqrt((np.var(good, ddof=1) + np.var(other, ddof=1)) / 2)
    # Two values of one distribution differ by the square root of 2 times its standard deviation.
    enough = spread / 2 * math.sqrt(2) if smallest is None else smallest
    return apart(trials) >= max(float(ends), enough)


def apart(trials: Trials) -> float:
    """Root mean square of what two runs of the same setting and seed differ by; 0 where none was repeated."""
    pairs = [
        (value, trials.taken[Setting(s.changed, s.seed)]) for s, value in trials.taken.items() if s.repeat
    ]
    gaps = [0.0 if a == b else a - b for a, b in pairs]
    return math.sqrt(sum(gap**2 for gap in gaps) / len(gaps)) if gaps else 0.0

"""The smallest set without assumptions about how many differences act, or how: by dividing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Bad = Callable[[frozenset[str]], bool]


def smallest_bad(names: Sequence[str], bad: Bad) -> frozenset[str]:
    """A set of names that is bad, and of which no name can be left out; all names together must be bad.

    QuickXplain (Junker, QuickXplain: preferred explanations and relaxations for over-constrained problems,
    AAAI 2004). Of n names k of which are needed it asks at most 2k log2(n/k) + 2k times, where ddmin (Zeller
    and Hildebrandt, Simplifying and isolating failure-inducing input, IEEE TSE 28, 2002) may ask n^2 + 3n
    times. Like ddmin's its set is the smallest one only where more differences never mend what fewer broke.
    Of two such sets it tends to the one whose names stand at the beginning.
    """
    return _needed(frozenset(), False, list(names), bad) if names else frozenset()


def _needed(kept: frozenset[str], grew: bool, names: list[str], bad: Bad) -> frozenset[str]:
    """What of the names is needed beside those kept; `grew`: the kept ones are new, they may be enough."""
    if grew and bad(kept):
        return frozenset()
    if len(names) == 1:
        return frozenset(names)
    first, second = names[: len(names) // 2], names[len(names) // 2 :]
    of_second = _needed(kept | frozenset(first), True, second, bad)
    of_first = _needed(kept | of_second, bool(of_second), first, bad)
    return of_first | of_second

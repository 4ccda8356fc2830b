"""An isolation in words: what was found, what it cost, and what a setting is called."""

from __future__ import annotations

from collections.abc import Iterable

from workup.isolate.isolating import Isolated
from workup.isolate.measuring import mean


def sentence(result: Isolated) -> str:
    """What was found, in words that a person can act on."""
    found = result.found
    if found is None:
        return (
            f"These behave alike: of their {_count(len(result.skipped), 'difference')}, "
            "none can matter. Nothing was trained."
        )
    if found.verdict == "culprit":
        return f"{_culprits(result)} {_by_how_much(result)}"
    if found.verdict == "flaky":
        return (
            f"{result.metric} is not settled by its setting and seed, so nothing can be said. {_why(result)}"
        )
    ends = (
        f"{result.metric} is {_values(result, frozenset())} on the working side and "
        f"{_values(result, _everything(result))} on the failing side"
    )
    effect = found.effects.get(_everything(result))
    if effect is not None and effect.low > 0:
        return f"The failing side is not the worse one: {ends}. Are the two swapped?"
    if found.verdict == "alike":
        return f"These behave alike: {ends}, which is no more than seeds differ."
    return f"Inconclusive: {ends}. {_why(result)} With more trials (--budget) more can be told."


def _why(result: Isolated) -> str:
    """What the search says of its verdict; it knows the metric as one of which more is better."""
    assert result.found is not None
    turned = f" (The metric is taken as minus {result.metric} here.)" if result.lower_is_better else ""
    return f"{result.found.why}{turned}"


def _culprits(result: Isolated) -> str:
    names = [str(one) for one in result.culprits]
    if len(names) == 1:
        return f"{names[0]} makes the difference."
    joined = f"{', '.join(names[:-1])} and {names[-1]}"
    assert result.found is not None
    if result.found.interaction:
        return f"{joined} make the difference, and only together."
    if result.found.each:
        return f"Each of {joined} is enough to make the difference: all must be mended."
    return f"{joined} make the difference."


def _by_how_much(result: Isolated) -> str:
    """The metric of both ends and of the mixtures that prove the culprits."""
    named = frozenset(one.name for one in result.culprits)
    everything = _everything(result)
    parts = [f"{result.metric} is {_values(result, frozenset())} on the working side"]
    if named != everything:
        parts.append(f"{_values(result, named)} with only that changed")
        parts.append(f"{_values(result, everything - named)} with everything else changed")
    parts.append(f"{_values(result, everything)} on the failing side")
    return f"{'; '.join(parts)}."


def _values(result: Isolated, changed: frozenset[str]) -> str:
    """The mean of a setting at the length that the answer rests on, and over how many seeds."""
    own = [one for one in result.tried if one.setting.changed == changed and one.share == result.share]
    average = mean(own)
    if average is None:
        return "a failed training" if own else "not measured"
    failed = sum(one.value is None for one in own)
    also = f", {failed} failed" if failed else ""
    return f"{average:.3g} ({_count(len({one.setting.seed for one in own}), 'seed')}{also})"


def _everything(result: Isolated) -> frozenset[str]:
    return frozenset(one.name for one in result.differences)


def cost(result: Isolated) -> str:
    """How many trials were run or known, and how long it took."""
    known = sum(one.state == "known" for one in result.tried)
    told = f"{_count(len(result.tried), 'trial')}, {_duration(result.seconds)}"
    return f"{told}; {known} of them known from before" if known else told


def label(changed: frozenset[str], names: Iterable[str], most: int = 2) -> str:
    """A setting in words: by what differs from the nearer end, named where that is little."""
    everything = list(names)
    inside = [name for name in everything if name in changed]
    outside = [name for name in everything if name not in changed]
    if not inside:
        return "working"
    if not outside:
        return "failing"
    if len(inside) <= min(most, len(outside)):
        return f"working, with {', '.join(inside)} changed"
    if len(outside) <= most:
        return f"failing, without {', '.join(outside)}"
    return f"{len(inside)} of {len(everything)} changed"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"

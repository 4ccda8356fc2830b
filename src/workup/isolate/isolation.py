"""What a search found, and the sentence that says it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from workup.isolate.culprits import Culprits
from workup.isolate.repeats import apart
from workup.isolate.setting import Setting
from workup.isolate.trials import GOOD, Trials

Verdict = Literal["culprit", "alike", "inconclusive", "flaky"]


@dataclass(frozen=True)
class Effect:
    """What a set of changes does to the metric, beside GOOD at the same seeds, with its 95 % interval."""

    value: float
    low: float
    high: float
    seeds: int

    def __str__(self) -> str:
        return f"{self.value:+.3g} ({self.low:+.3g} to {self.high:+.3g})"


@dataclass(frozen=True)
class Isolation:
    """What a search found.

    Attributes:
        culprits: the smallest set of differences that makes the difference; empty unless the verdict is
            "culprit".
        interaction: they act only together.
        each: every one of them (or of the sets they consist of) is enough by itself, so that all must be
            mended.
        effects: of every set of changes that was measured at seeds at which GOOD was; a crash counts as
            `Trials` says.
        measurements: all of them, in their order; a crash is -inf.
        why: what the verdict rests on, in a sentence or two.
    """

    verdict: Verdict
    culprits: frozenset[str]
    interaction: bool
    each: bool
    effects: Mapping[frozenset[str], Effect]
    measurements: Mapping[Setting, float]
    why: str

    def sentence(self) -> str:
        """The verdict in words, and what it rests on."""
        names = " and ".join(sorted(self.culprits))
        said = {
            "culprit": f"{names} {'makes' if len(self.culprits) == 1 else 'make'} the difference",
            "alike": "The two behave alike",
            "inconclusive": "Inconclusive",
            "flaky": "The metric is not settled by setting and seed, so nothing can be said",
        }[self.verdict]
        how = ", and only together" if self.interaction else ", each by itself" if self.each else ""
        return f"{said}{how}. {self.why}"


def concluded(
    verdict: Verdict, trials: Trials, bad: frozenset[str], likeliest: Sequence[tuple[Culprits, float]] = ()
) -> Isolation:
    """The outcome of a search; `likeliest` are the culprits, or the likeliest with their probabilities."""
    culprits = likeliest[0][0] if verdict == "culprit" else Culprits(GOOD, "alone")
    effects = _effects(trials)
    return Isolation(
        verdict,
        culprits.names,
        culprits.how == "together",
        culprits.how == "any",
        effects,
        dict(trials.taken),
        _why(verdict, trials, effects, bad, likeliest),
    )


def _effects(trials: Trials) -> dict[frozenset[str], Effect]:
    """Mean differences within seeds; their spread is taken to be the same for all settings, and pooled."""
    from scipy.stats import t

    good = trials.values(GOOD)
    gaps = {
        changed: [value - good[seed] for seed, value in trials.values(changed).items() if seed in good]
        for changed in dict.fromkeys(setting.changed for setting in trials.taken)
        if changed != GOOD
    }
    gaps = {changed: values for changed, values in gaps.items() if values}
    degrees = sum(len(values) - 1 for values in gaps.values())
    squares = sum(len(values) * float(np.var(values)) for values in gaps.values())
    reach = float(t.ppf(0.975, degrees)) * math.sqrt(squares / degrees) if degrees else math.inf
    found = {}
    for changed, values in gaps.items():
        mean, half = float(np.mean(values)), reach / math.sqrt(len(values))
        found[changed] = Effect(mean, mean - half, mean + half, len(values))
    return found


def _why(
    verdict: Verdict,
    trials: Trials,
    effects: Mapping[frozenset[str], Effect],
    bad: frozenset[str],
    likeliest: Sequence[tuple[Culprits, float]],
) -> str:
    ends = (
        f"All changes together change the metric by {effects[bad]}"
        if bad in effects
        else "The ends were not measured"
    )
    if verdict == "flaky":
        return f"Two runs of the same setting and seed differ by {apart(trials):.3g}. {ends}."
    if verdict == "alike":
        return f"{ends}, {effects[bad].seeds} seeds each."
    if verdict == "inconclusive":
        named = [f"{' and '.join(sorted(c.names))} ({100 * p:.0f} %)" for c, p in likeliest if p >= 0.01]
        likely = f" Likeliest: {', '.join(named)}." if named else ""
        return f"{len(trials.taken)} measurements do not settle it. {ends}.{likely}"
    only, rest = likeliest[0][0].names, bad - likeliest[0][0].names
    parts = [
        f"{text} change it by {effects[c]}"
        for text, c in (("these alone", only), ("all others", rest))
        if c in effects
    ]
    return f"{'; '.join([ends, *parts])}."

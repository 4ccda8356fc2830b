"""Two things compared on the same cases and, where there are several trainings, with the same seeds.

Results are booleans (S, N): whether the model of each of S seeds was right on each of N cases. Differences
are B minus A, as shares from -1 to 1; intervals are of 95 %, tests two-sided at 5 %.

Cases that share a group (one document, one author) are not independent: a group then counts as one case.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workup.errors import DataError

ERROR_RATE = 0.05
POWER = 0.8  # of a difference that counts as findable: four times in five (Cohen 1988)
DISAGREEMENT = 0.2  # share of cases that only one of two models gets right, where nothing is known yet
_REPEATED = 0.5  # share of the disagreement that is the same in every seed, where nothing is known yet
_RESAMPLES = 4000

Right = NDArray[np.bool_]
Differences = NDArray[np.float64]


@dataclass(frozen=True)
class Effect:
    """How much more often B is right than A.

    Attributes:
        difference, low, high: the difference and its interval, -1 to 1.
        p: the chance of a difference at least as large where there is none.
        findable: the true difference that a comparison of this precision finds four times in five.
        seeds, cases: S and N; `groups` is the number of groups, N where cases have none.
        from_seeds: the share of the uncertainty that the luck of trainings brings, 0 to 1; None: one seed.
    """

    difference: float
    low: float
    high: float
    p: float
    findable: float
    seeds: int
    cases: int
    groups: int
    from_seeds: float | None

    @property
    def proved(self) -> bool:
        """Whether both the interval and the test say that there is a difference."""
        return self.p < ERROR_RATE and (self.low > 0 or self.high < 0)

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Foresight:
    """What a comparison can see, said before it is made; shares from 0 to 1.

    A measured difference below `hidden` cannot be told from chance; a true one of `findable` is found four
    times in five.
    """

    hidden: float
    findable: float


@dataclass(frozen=True)
class McNemar:
    """Cases that only one of two models got right, and how likely so lopsided a count is by chance."""

    only_a: int
    only_b: int
    p: float


def effect(a: Right, b: Right, groups: Sequence[str] | None = None) -> Effect:
    """The difference of B from A, with its interval.

    Args:
        a, b: (S, N), the same seeds in the same order, the same cases in the same order.
        groups: (N,) the group of each case; None: every case stands for itself.

    With one seed, the interval is a paired bootstrap over cases (Efron 1979) and the test is McNemar's: the
    result holds for these two models. With several, seeds and cases are both samples and are crossed, as
    readers and cases are in radiology: see `_over_seeds_and_cases`. A bootstrap over both is not used there:
    with three seeds its intervals hold the truth as rarely as 74 times in 100 where trainings differ by
    luck, and they are wider than they need be where they do not (bench/paired_intervals.py).

    Raises:
        DataError: fewer than two cases or groups.
    """
    difference = _by_group(b.astype(float) - a.astype(float), groups)
    seeds, units = difference.shape
    if units < 2:
        raise DataError("one case alone cannot be compared; test on more rows")
    middle = float(difference.mean())
    from_seeds = None
    if seeds == 1:
        error, freedom = float(difference.std(ddof=1)) / math.sqrt(units), math.inf
        low, high = _bootstrap(difference[0])
        p = mcnemar(a[0], b[0], groups).p
    else:
        error, freedom, from_seeds = _over_seeds_and_cases(difference)
        low, high, p = _students(middle, error, freedom)
    if np.ptp(difference) == 0:
        low, high = middle - _unseen(units), middle + _unseen(units)
    return Effect(
        difference=middle,
        low=max(-1.0, low),
        high=min(1.0, high),
        p=p,
        findable=min(1.0, max(_quantiles(freedom) * error, _unseen(units))),
        seeds=seeds,
        cases=a.shape[1],
        groups=units,
        from_seeds=from_seeds,
    )


def mcnemar(a: Right, b: Right, groups: Sequence[str] | None = None) -> McNemar:
    """McNemar's exact test of two models on the same N cases.

    Of the cases that only one got right, each is as likely to be the one's as the other's when the two are
    equally good: a binomial test (McNemar 1947, with the exact distribution in place of chi-squared). A
    group counts once, for the model that got more of it right.

    Args:
        a, b: (N,)
    """
    from scipy.stats import binomtest

    net = np.sign(_by_group((b.astype(float) - a.astype(float))[None], groups, centred=False))
    only_a, only_b = int((net < 0).sum()), int((net > 0).sum())
    p = binomtest(only_b, only_a + only_b).pvalue if only_a + only_b else 1.0
    return McNemar(only_a, only_b, float(p))


def holm(p_values: Sequence[float]) -> list[float]:
    """Each p-value as it stands among many: the chance of even one false alarm stays below any threshold.

    Holm 1979: the k-th smallest of m is multiplied by m - k + 1, and none falls below a smaller one.
    """
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        highest = max(highest, min(1.0, p_values[index] * (len(p_values) - rank)))
        adjusted[index] = highest
    return adjusted


def smallest_seen(cases: int) -> int | None:
    """How many cases two models must at least differ on before McNemar's test can tell them apart.

    All of them in favour of one, the exact p-value is 2 * 0.5^k, so k = 6 at 5 %. None: there are not so
    many cases.
    """
    needed = 1 + math.ceil(-math.log2(ERROR_RATE))
    return needed if needed <= cases else None


def power(cases: int, difference: float, disagreement: float) -> float:
    """The chance that McNemar's exact test finds a true difference between two models.

    The exact sum over how many of the cases only one gets right (Duffy 1984, Biometrics 40:1005).

    Args:
        difference: how much more often B is right, 0 to `disagreement`.
        disagreement: the share of cases that only one of the two gets right, above 0.
    """
    from scipy.stats import binom

    discordant = np.arange(cases + 1)
    most = binom.ppf(ERROR_RATE / 2, discordant, 0.5)  # the smaller count up to which the test rejects
    most -= binom.cdf(most, discordant, 0.5) > ERROR_RATE / 2
    share = (disagreement + difference) / (2 * disagreement)
    found = binom.cdf(most, discordant, share) + binom.cdf(most, discordant, 1 - share)
    return float((binom.pmf(discordant, cases, disagreement) * found).sum())


def foresee(cases: int, seeds: int) -> Foresight | None:
    """What a comparison on so many independent cases will be able to see; None: nothing.

    A fifth of the cases is taken to be answered differently, or as many as a difference needs. One pair of
    models: exact, by `smallest_seen` and `power`. Several seeds: by the error of `_over_seeds_and_cases`
    where half of the disagreement stays the same from seed to seed and half is chance, and no training is
    luckier than another. With luck among trainings it takes a larger difference.
    """
    fewest = smallest_seen(cases)
    if fewest is None:
        return None
    if seeds == 1:
        return Foresight(fewest / cases, _found_by_mcnemar(cases))
    error = math.sqrt(DISAGREEMENT * (_REPEATED + (1 - _REPEATED) / seeds) / cases)
    freedom = (1 + seeds * _REPEATED / (1 - _REPEATED)) ** 2 * (seeds - 1)
    return Foresight(min(1.0, _quantile(freedom) * error), min(1.0, _quantiles(freedom) * error))


def _found_by_mcnemar(cases: int) -> float:
    """The true difference that the exact test finds four times in five; 1 where that is none."""
    from scipy.optimize import brentq

    def lacking(difference: float) -> float:
        return power(cases, difference, max(DISAGREEMENT, difference)) - POWER

    return float(brentq(lacking, 0.0, 1.0, xtol=1e-4))


def _bootstrap(difference: Differences) -> tuple[float, float]:
    """The middle 95 % of the means of cases drawn again, with replacement."""
    from scipy.stats import bootstrap

    found = bootstrap(
        (difference,),
        np.mean,
        n_resamples=_RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(0),
        batch=max(1, 2_000_000 // len(difference)),
    ).confidence_interval
    return float(found.low), float(found.high)


def _over_seeds_and_cases(difference: Differences) -> tuple[float, float, float]:
    """Standard error, degrees of freedom, and the share of seeds, of differences (S, N).

    Two-way analysis of variance with both factors random. The error of the mean is
    (MS_seeds + max(MS_cases - MS_rest, 0)) / (S N), and its degrees of freedom are
    (MS_seeds + max(MS_cases - MS_rest, 0))^2 / (MS_seeds^2 / (S - 1)): Dorfman, Berbaum & Metz 1992 with
    Hillis 2007 (Statistics in Medicine 26:596), where seeds are called readers.
    """
    seeds, cases = difference.shape
    of_seeds, of_cases = difference.mean(axis=1), difference.mean(axis=0)
    rest = difference - of_seeds[:, None] - of_cases + difference.mean()
    ms_seeds = cases * of_seeds.var(ddof=1)
    ms_cases = seeds * of_cases.var(ddof=1)
    ms_rest = (rest**2).sum() / ((seeds - 1) * (cases - 1))
    total = ms_seeds + max(ms_cases - ms_rest, 0.0)
    freedom = total**2 / (ms_seeds**2 / (seeds - 1)) if ms_seeds > 0 else math.inf
    share = max(ms_seeds - ms_rest, 0.0) / total if total > 0 else 0.0
    return math.sqrt(total / (seeds * cases)), float(freedom), float(share)


def _students(middle: float, error: float, freedom: float) -> tuple[float, float, float]:
    """The interval by Student's t, and the p-value of no difference."""
    from scipy.stats import t

    if error == 0:
        return middle, middle, 1.0 if middle == 0 else 0.0
    half = _quantile(freedom) * error
    return middle - half, middle + half, float(2 * t.sf(abs(middle) / error, freedom))


def _quantile(freedom: float) -> float:
    """How many standard errors a difference must have to be told from chance."""
    from scipy.stats import t

    return float(t.ppf(1 - ERROR_RATE / 2, freedom))


def _quantiles(freedom: float) -> float:
    """How many standard errors a true difference must have to be found four times in five."""
    from scipy.stats import t

    return _quantile(freedom) + float(t.ppf(POWER, freedom))


def _unseen(cases: int) -> float:
    """The largest share of cases that may behave otherwise although none of N did (Clopper-Pearson)."""
    return float(1 - (ERROR_RATE / 2) ** (1 / cases))


def _by_group(difference: Differences, groups: Sequence[str] | None, *, centred: bool = True) -> Differences:
    """Differences (S, N) of cases as those (S, G) of groups, with the same mean.

    A group's value is its sum of deviations from the mean, times G / N, plus the mean: the linear form of a
    ratio of sums (Cochran 1977, section 6.3), so that large groups weigh more. Not centred: the plain sum.
    """
    if groups is None:
        return difference
    names = {name: column for column, name in enumerate(dict.fromkeys(groups))}
    member = np.zeros((len(groups), len(names)))
    member[np.arange(len(groups)), [names[name] for name in groups]] = 1.0
    if not centred:
        return np.asarray(difference @ member)
    mean = difference.mean()
    return np.asarray((difference - mean) @ member * (len(names) / len(groups)) + mean)

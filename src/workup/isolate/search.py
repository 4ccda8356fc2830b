"""The search for the smallest set of differences between GOOD and BAD that makes the difference.

1. The ends, all GOOD and all BAD, are measured in pairs of one seed until a sequential test says that they
   are alike, or that it is worth looking further.
2. Every further measurement is the setting that tells the likely explanations apart best, until one answer
   has nearly all the probability; then the accused differences alone must be as bad as BAD, and everything
   but them as good as GOOD.
3. Where no explanation fits, or what must hold does not, the set is divided, by tests that assume none of
   them.

A measurement is a whole training, so all of them speak in every decision.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from workup.errors import WorkupError
from workup.isolate.culprits import Culprits, accused
from workup.isolate.design import candidates, most_telling
from workup.isolate.explanations import Explanations, Posterior
from workup.isolate.isolation import Isolation, Verdict, concluded
from workup.isolate.linear import Floats
from workup.isolate.quickxplain import smallest_bad
from workup.isolate.repeats import REPEATS, flaky
from workup.isolate.sequential import FEWEST_PAIRS, Answer, Difference, answer, difference, preference
from workup.isolate.setting import Measure, Setting
from workup.isolate.trials import GOOD, BudgetSpent, Trials

# Evidence for a difference of the ends (a likelihood ratio of 1 / this) that makes looking for its cause
# worthwhile: looking adds to the evidence, and only all of it together may name a culprit.
_WORTH_LOOKING = 1 / 3
# About the probability that a difference of the smallest size that matters is called alike.
_MISSED = 0.05
# Probability of a wrong answer that each of these accepts, given that there is a difference: the choice among
# the explanations, each test of what must hold if it is right, each test of a divided set.
_WRONG = 0.05
# No explanation fits where "other" is more probable than this.
_UNEXPLAINED = 0.8
# Seeds of one setting after which a test takes the likelier side.
_MOST_SEEDS = 8
FEWEST = 2 * FEWEST_PAIRS + REPEATS


def search(
    names: Sequence[str],
    measure: Measure,
    *,
    error_rate: float = 0.01,
    smallest: float | None = None,
    most: int = 60,
    side_by_side: int = 1,
) -> Isolation:
    """Find the smallest set of differences that makes the difference between GOOD and BAD.

    The same names, arguments and measured values lead to the same settings: a stopped search that is called
    again with a `measure` that remembers goes on where it was.

    Args:
        names: of the differences.
        measure: see `Measure`; what it raises is not caught.
        error_rate: how often, at most, something is accused although nothing has an effect. A culprit is
            named only where the measurements are about 1 / error_rate times likelier with some effect, all of
            them weighed by their prior probabilities, than with none. With normal noise chance brings that
            about with at most this probability, whenever one stops (Ville 1939; for an unknown mean and
            variance: Hendriksen, de Heide and Grünwald, Optional stopping with Bayes factors, Bayesian
            Analysis 16, 2021). bench/isolation.py measures it, also where the noise is not normal.
        smallest: the smallest difference of the ends that matters, in units of the metric; None: one
            standard deviation of the metric between seeds.
        most: measurements at most.
        side_by_side: trials that `measure` can run at once; more than 1 costs a few more measurements, and
            less time.

    Raises:
        WorkupError: there is nothing to search, or `most` does not even suffice for the ends.
    """
    if not names:
        raise WorkupError("nothing differs between the two: there is nothing to isolate")
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise WorkupError(
            f"the difference {twice[0]!r} is listed twice; give every difference a name of its own"
        )
    if most < FEWEST:
        raise WorkupError(f"{most} measurements are too few: the two ends alone take {FEWEST}; allow more")
    return _Search(list(names), measure, error_rate, smallest, most, side_by_side).isolation()


class _Search:
    def __init__(
        self,
        names: list[str],
        measure: Measure,
        error_rate: float,
        smallest: float | None,
        most: int,
        side_by_side: int,
    ) -> None:
        self.names, self.bad = names, frozenset(names)
        self.trials = Trials(names, measure, most - REPEATS)
        self.error_rate, self.smallest, self.side_by_side = error_rate, smallest, side_by_side
        self.explanations = Explanations(len(names))
        self.generator = np.random.default_rng(0)

    def isolation(self) -> Isolation:
        """Search, and say what came of it."""
        try:
            found = self._found()
        except BudgetSpent:
            return self._without_culprit("inconclusive")
        if found is None:
            return self._without_culprit("alike")
        return concluded("culprit", self.trials, self.bad, [(found, 1.0)])

    def _without_culprit(self, verdict: Verdict) -> Isolation:
        """A verdict that names nothing, unless the metric turns out to be flaky."""
        likeliest = self._likeliest() if verdict == "inconclusive" else []
        self.trials.most += REPEATS
        if flaky(self.trials, self.bad, self.smallest):
            verdict = "flaky"
        return concluded(verdict, self.trials, self.bad, likeliest)

    def _found(self) -> Culprits | None:
        """The culprits; None where the ends are alike. Raises BudgetSpent."""
        self._measure_ends(FEWEST_PAIRS)
        while (worth := self._ends().answer(_WORTH_LOOKING, _MISSED)) is Answer.MEASURE_AGAIN:
            self._measure_ends()
        if worth is Answer.NO:
            return None
        while True:
            posterior = self._posterior()
            ends = self._ends().answer(self.error_rate, _MISSED)
            proven = posterior.none <= self.error_rate
            if posterior.none > 0.5 and ends is Answer.NO:
                return None
            answers = [accused(explanation, self.names) for explanation in posterior.likely]
            culprits, probability = max(_summed(posterior, answers), key=lambda one: one[1])
            if posterior.none > 0.5 or posterior.other > _UNEXPLAINED or self._stalled(probability):
                if proven or ends is Answer.YES:
                    return self._divided(posterior)
                self._measure_ends()
                continue
            if probability < (1 - _WRONG) * (1 - posterior.none):
                self._measure_most_telling(posterior, answers)
                continue
            refuted, unsure = self._checked(culprits)
            if proven and refuted:
                return self._divided(posterior)
            if proven and not unsure:
                return culprits
            self._measure_one(unsure or [*culprits.enough(), self.bad - culprits.names])

    def _stalled(self, probability: float) -> bool:
        """Whether half of the measurements are spent and no answer is more probable than not."""
        return probability < 0.5 and len(self.trials.taken) > self.trials.most / 2

    def _posterior(self) -> Posterior:
        return self.explanations.posterior(*self.trials.table())

    def _ends(self) -> Difference:
        good, bad = self.trials.values(GOOD), self.trials.values(self.bad)
        both = [seed for seed in good if seed in bad]
        return difference([good[seed] for seed in both], [bad[seed] for seed in both], self.smallest)

    def _checked(self, culprits: Culprits) -> tuple[bool, list[frozenset[str]]]:
        """Whether a setting refutes the culprits, and the settings that neither confirm nor refute them yet.

        Each test asks whether the setting behaves as the culprits say, or as the other end does.
        """
        values, changes, seeds = self.trials.table()
        acts = culprits.act(changes, self.names)
        must = [(changed, 1.0) for changed in culprits.enough()] + [(self.bad - culprits.names, 0.0)]
        said = {}
        for changed, expected in must:
            if changed in (GOOD, self.bad):
                continue
            here = self._rows(changes, changed)
            otherwise = np.where(here, 1 - expected, acts)
            said[changed] = answer(preference(values, seeds, acts, otherwise), _WRONG)
        return Answer.NO in said.values(), [c for c, one in said.items() if one is Answer.MEASURE_AGAIN]

    def _rows(self, changes: Floats, changed: frozenset[str]) -> NDArray[np.bool_]:
        """(M) whether each of the settings (M, names) is that of the changes."""
        side = np.array([name in changed for name in self.names], dtype=float)
        return np.asarray((changes == side).all(axis=1))

    def _divided(self, posterior: Posterior) -> Culprits:
        """Sets that are each enough, however they act; suspicious differences are kept longest.

        Of effects that only add up, a set that makes more than half of the difference is enough.
        """
        suspicion: defaultdict[str, float] = defaultdict(float)
        for explanation in posterior.likely:
            for term in explanation.terms:
                for place in term.members:
                    suspicion[self.names[place]] += explanation.probability
        left = sorted(self.names, key=lambda name: -suspicion[name])
        decided = {GOOD: False, self.bad: True}
        found: list[frozenset[str]] = []
        while not found or (left and self._is_bad(frozenset(left), decided)):
            found.append(smallest_bad(left, lambda changed: self._is_bad(changed, decided)))
            left = [name for name in left if name not in found[-1]]
        everything = frozenset().union(*found)
        if len(found) > 1:
            return Culprits(everything, "any")
        if len(everything) == 1:
            return Culprits(everything, "alone")
        values, changes, seeds = self.trials.table()
        together, by_sum = Culprits(everything, "together"), Culprits(everything, "sum")
        acts = (culprits.act(changes, self.names) for culprits in (together, by_sum))
        return together if preference(values, seeds, *acts) > 0 else by_sum

    def _is_bad(self, changed: frozenset[str], decided: dict[frozenset[str], bool]) -> bool:
        """Whether a setting is as bad as BAD, by the settings decided before and a sequential test."""
        while changed not in decided:
            values, changes, seeds = self.trials.table()
            here = self._rows(changes, changed)
            bad = np.any([self._rows(changes, one) for one, is_bad in decided.items() if is_bad], axis=0)
            known = here | np.any([self._rows(changes, one) for one in decided], axis=0)
            one, other = (bad | here).astype(float), bad.astype(float)
            ratio = preference(values[known], seeds[known], one[known], other[known])
            said = answer(ratio, _WRONG)
            if said is not Answer.MEASURE_AGAIN or here.sum() >= _MOST_SEEDS:
                decided[changed] = ratio > 0
            else:
                self._measure_one([changed])
        return decided[changed]

    def _likeliest(self) -> list[tuple[Culprits, float]]:
        """The most probable answers of a search that ran out of measurements."""
        posterior = self._posterior()
        answers = [accused(explanation, self.names) for explanation in posterior.likely]
        return sorted(_summed(posterior, answers), key=lambda one: -one[1])[:3]

    def _measure_ends(self, pairs: int | None = None) -> None:
        """Measure both ends at new seeds: as many as can run side by side, where nothing is said."""
        pairs = pairs or max(1, self.side_by_side // 2)
        start = len(self.trials.values(GOOD))
        self.trials.run(
            Setting(end, seed) for seed in range(start, start + pairs) for end in (GOOD, self.bad)
        )

    def _measure_most_telling(self, posterior: Posterior, answers: Sequence[Culprits | None]) -> None:
        considered = candidates(posterior, len(self.names), self.generator)
        rows = most_telling(self.explanations, posterior, answers, considered, self.side_by_side)
        self._measure([frozenset(np.array(self.names)[row > 0].tolist()) for row in rows])

    def _measure_one(self, settings: Iterable[frozenset[str]]) -> None:
        """The one measured least of the settings; where there are cores for more, at several seeds."""
        least = min(settings, key=lambda changed: len(self.trials.values(changed)))
        self._measure([least] * self.side_by_side)

    def _measure(self, settings: Iterable[frozenset[str]]) -> None:
        """Measure each at a seed of the ends, so that it is paired with them; the seed used least."""
        batch: list[Setting] = []
        used = Counter(setting.seed for setting in self.trials.taken)
        for changed in settings:
            seeds = [*self.trials.values(GOOD), max(used) + 1]
            free = [seed for seed in seeds if Setting(changed, seed) not in {*self.trials.taken, *batch}]
            seed = min(free[:-1] or free, key=lambda seed: used[seed])
            used[seed] += 1
            batch.append(Setting(changed, seed))
        self.trials.run(batch)


def _summed(posterior: Posterior, answers: Sequence[Culprits | None]) -> list[tuple[Culprits, float]]:
    """Every answer with the probability of all likely explanations that give it."""
    total: defaultdict[Culprits, float] = defaultdict(float)
    for explanation, one in zip(posterior.likely, answers, strict=True):
        if one is not None:
            total[one] += explanation.probability
    return list(total.items())

"""How often the 95 % interval of a comparison holds the truth, and how wide it is: simulated trainings.

    python bench/paired_intervals.py            # some two minutes; the table of docs/compare.md

Two recipes, several seeds, the same cases. An answer is right where difficulty, the help of B, the luck of
the training and chance add up to more than zero. Beside Workup's two-way analysis stands the percentile
bootstrap that draws seeds and cases again.
"""

from __future__ import annotations

import numpy as np

from workup.evaluation.paired import effect

ROUNDS, RESAMPLES = 400, 500
LUCK = {"not at all": 0.0, "some": 0.3, "much": 1.0}
CELLS = [
    (2, 60, "some"),
    (3, 342, "much"),
    (3, 342, "some"),
    (5, 342, "much"),
    (5, 342, "some"),
    (5, 342, "not at all"),
    (10, 200, "some"),
]


def trained(random: np.random.Generator, seeds: int, cases: int, luck: float) -> tuple[np.ndarray, ...]:
    """(S, N) results of A and of B."""
    hard, helped = random.normal(0, 2, cases), random.normal(0.7, 0.5, cases)

    def right(base: np.ndarray) -> np.ndarray:
        return base + random.normal(0, luck, (seeds, 1)) + random.normal(0, 0.7, (seeds, cases)) > 0

    return right(hard), right(hard + helped)


def bootstrap(random: np.random.Generator, difference: np.ndarray) -> tuple[float, float]:
    """The middle 95 % of the means of seeds and cases drawn again, each by itself."""
    seeds, cases = difference.shape
    of_seeds = random.multinomial(seeds, np.full(seeds, 1 / seeds), RESAMPLES) / seeds
    of_cases = random.multinomial(cases, np.full(cases, 1 / cases), RESAMPLES) / cases
    low, high = np.quantile(((of_seeds @ difference) * of_cases).sum(axis=1), [0.025, 0.975])
    return float(low), float(high)


def main() -> None:
    print("| seeds | cases | trainings differ by luck | bootstrap over both | two-way analysis |")
    print("|---|---|---|---|---|")
    for seeds, cases, named in CELLS:
        random = np.random.default_rng(0)
        a, b = trained(random, 500, 20_000, LUCK[named])
        truth = b.mean() - a.mean()
        intervals: dict[str, list[tuple[float, float]]] = {"bootstrap": [], "two-way": []}
        for _ in range(ROUNDS):
            a, b = trained(random, seeds, cases, LUCK[named])
            found = effect(a, b)
            intervals["two-way"].append((found.low, found.high))
            intervals["bootstrap"].append(bootstrap(random, b.astype(float) - a))
        told = []
        for made in intervals.values():
            low, high = np.array(made).T
            told.append(f"{np.mean((low <= truth) & (truth <= high)):.0%} ({100 * np.mean(high - low):.1f})")
        print(f"| {seeds} | {cases} | {named} | {told[0]} | {told[1]} |", flush=True)


if __name__ == "__main__":
    main()

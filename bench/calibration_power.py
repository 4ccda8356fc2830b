"""What can be said about calibration with so many validation cases: simulated models whose truth is known.

    python bench/calibration_power.py            # some two minutes; the tables of docs/calibration.md

Confidences are drawn from Beta(2.5, 0.8), 76 % on average; a model that is too sure by d is right with the
chance of its confidence less d. For temperature and vector scaling, an answer's log-probability is that of
a true model times a factor, plus an offset of each answer's own.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from workup.evaluation.calibration import fit_temperature, probabilities
from workup.evaluation.conformal import coverage_range
from workup.evaluation.reliability import log_score, reliability
from workup.evaluation.selective import OperatingPoint, at_accuracy

ROUNDS = 100


def outcomes(random: np.random.Generator, cases: int, excess: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Confidences, outcomes, and the true calibration error."""
    confidence = random.beta(2.5, 0.8, cases)
    chance = np.clip(confidence - excess, 0, 1)
    return confidence, random.random(cases) < chance, float((confidence - chance).mean())


def calibration_error_table() -> None:
    print("| cases | true error | usual estimate | debiased | its interval, on average | holds the truth |")
    print("|---|---|---|---|---|---|")
    for cases, excess in ((100, 0.05), (342, 0.0), (342, 0.05), (342, 0.1), (1000, 0.05), (5000, 0.05)):
        random = np.random.default_rng(0)
        truth = outcomes(random, 1_000_000, excess)[2]
        found = [reliability(*outcomes(random, cases, excess)[:2]) for _ in range(ROUNDS)]
        low, high = np.array([(one.error.low, one.error.high) for one in found]).T
        print(
            f"| {cases} | {truth:.3f} | {np.mean([one.raw for one in found]):.3f} "
            f"| {np.mean([one.error.value for one in found]):.3f} | {low.mean():.3f} to {high.mean():.3f} "
            f"| {np.mean((low <= truth) & (truth <= high)):.0%} |",
            flush=True,
        )


def closed_set(random: np.random.Generator, offset: np.ndarray, cases: int) -> tuple[np.ndarray, np.ndarray]:
    """Log-probabilities of a model that is too sure and favours some answers, and the right answers."""
    answers = len(offset)
    true = random.normal(0, 1.5, (cases, answers))
    true[np.arange(cases), random.integers(0, answers, cases)] += 8.0
    truth = (random.random((cases, 1)) > softmax(true, axis=1).cumsum(axis=1)).sum(axis=1)
    return log_softmax(1.6 * true + offset, axis=1), truth.clip(max=answers - 1)


def vector_scaled(z: np.ndarray, truth: np.ndarray, penalty: float) -> tuple[np.ndarray, np.ndarray]:
    """A factor and an offset for each answer by maximum likelihood, drawn towards 1 and 0 by a penalty."""
    answers = z.shape[1]
    right = np.eye(answers)[truth]

    def loss(both: np.ndarray) -> tuple[float, np.ndarray]:
        factor, offset = both[:answers], both[answers:]
        scaled = log_softmax(z * factor + offset, axis=1)
        wrong = np.exp(scaled) - right
        away = np.concatenate([factor - 1, offset])
        gradient = np.concatenate([(wrong * z).sum(axis=0), wrong.sum(axis=0)])
        return penalty * away @ away - (scaled * right).sum(), 2 * penalty * away + gradient

    start = np.concatenate([np.ones(answers), np.zeros(answers)])
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return best[:answers], best[answers:]


def scaling_table() -> None:
    print("| cases | answers differ | uncalibrated | temperature | vector scaling | penalty 1 | penalty 10 |")
    print("|---|---|---|---|---|---|---|")
    for cases, spread in ((342, 0.0), (342, 0.5), (3420, 0.5)):
        rows = []
        for seed in range(5):
            random = np.random.default_rng(seed)
            offset = random.normal(0, spread, 171)
            (z, truth), (new, right) = closed_set(random, offset, cases), closed_set(random, offset, 4000)
            row = [log_score(probabilities(new), right)]
            temperature = fit_temperature(z, truth)
            row.append(log_score(probabilities(new, temperature), right))
            for penalty in (0.0, 1.0, 10.0):
                factor, offsets = vector_scaled(z / temperature, truth, penalty)
                scaled = log_softmax(new / temperature * factor + offsets, axis=1)
                row.append(-scaled[np.arange(4000), right].mean())
            rows.append(row)
        told = " | ".join(f"{value:.3f}" for value in np.mean(rows, axis=0))
        print(f"| {cases} | {'yes' if spread else 'no'} | {told} |", flush=True)


def coverage_table() -> None:
    print("| calibration cases | true coverage of its 90 % sets, 95 times in 100 |")
    print("|---|---|")
    for cases in (9, 19, 36, 100, 342, 1000):
        low, high = coverage_range(cases, 0.1)
        print(f"| {cases} | {low:.1%} to {high:.1%} |")


def operating_point_table() -> None:
    print("| cases | promised accuracy | on the cases it was chosen on | on new cases | kept on new cases |")
    print("|---|---|---|---|---|")
    for cases in (100, 342, 1000):
        random = np.random.default_rng(0)
        fresh = outcomes(random, 100_000, 0.05)[:2]
        chosen = [at_accuracy(*outcomes(random, cases, 0.05)[:2], 0.9) for _ in range(400)]
        there = [one for one in chosen if one is not None]
        new = np.array([OperatingPoint.at(one.threshold, *fresh).right.value for one in there])
        old = np.mean([one.right.value for one in there])
        print(f"| {cases} | 90% | {old:.1%} | {new.mean():.1%} | {np.mean(new >= 0.9):.0%} |")


def main() -> None:
    for table in (coverage_table, operating_point_table, scaling_table, calibration_error_table):
        table()
        print()


if __name__ == "__main__":
    main()

"""Models of a closed set whose truth is known, and sixty cases that other libraries have judged."""

import numpy as np


def reference_cases():
    """Log-probabilities (60, 6) and the right answers (60,), without any random number."""
    case, answer = np.arange(60)[:, None], np.arange(6)[None]
    scores = 3 * np.sin(1.7 * case + 2.3 * answer + 0.5 * case * answer % 7)
    truth = np.where(np.arange(60) % 3 == 0, np.arange(60) * 5 % 6, scores.argmax(axis=1))
    return scores, truth


def planted(random, cases, answers=20, temperature=1.0):
    """Log-probabilities of a model that is right in softmax(z / temperature), and the right answers."""
    true = random.normal(0, 1.5, (cases, answers))
    chance = np.exp(true) / np.exp(true).sum(axis=1, keepdims=True)
    truth = (random.random((cases, 1)) > chance.cumsum(axis=1)).sum(axis=1).clip(max=answers - 1)
    return temperature * true - 3.0, truth


def too_sure(random, cases, excess):
    """Confidences and outcomes of a model that is right with the chance of its confidence less `excess`."""
    confidence = excess + (1 - excess) * random.beta(2.5, 0.8, cases)
    return confidence, random.random(cases) < confidence - excess

"""From released cases to a candidate of the registry: the second half of the learning loop.

    outcome = retrain(Order("learning.db", Registry("registry"), "general", Path("retraining")))

Three ways to learn what is new are compared, the best is examined, published and judged by the gates. There
it ends: to let a version serve is a person's decision.
"""

from workup.learning.retraining.outcome import Outcome
from workup.learning.retraining.whole import Order, retrain

__all__ = ["Order", "Outcome", "retrain"]

"""Comparison of two recipes or runs, and of many settings of one, with honest numbers.

    plan = of_recipes(side("a.yaml"), side("b.yaml"), seeds=5)
    comparison = carry_out(plan, Path("comparisons/a-b"))
    print(verdict(comparison))

Everything is top-1: how often the first answer is right. What is trained and answered is remembered in the
folder, so a command that was stopped goes on where it was when it is given once more.
"""

from workup.compare.comparison import Comparison, carry_out
from workup.compare.plan import Plan, continue_or_fresh, of_recipes, of_runs
from workup.compare.sides import Side, side
from workup.compare.sweep import Sweep, SweepPlan, plan_sweep, sweep
from workup.compare.words import verdict, verdict_of_sweep

__all__ = [
    "Comparison",
    "Plan",
    "Side",
    "Sweep",
    "SweepPlan",
    "carry_out",
    "continue_or_fresh",
    "of_recipes",
    "of_runs",
    "plan_sweep",
    "side",
    "sweep",
    "verdict",
    "verdict_of_sweep",
]

"""Trials: trainings and evaluations in fresh processes or fresh environments, remembered in a journal.

    trials = [Trial(recipe.change("seed", seed)) for seed in range(5)]
    outcomes = run(trials, Path("runs/seeds"), workers=2)

What the folder's journal already holds is not run again, so a command that was stopped in any way goes on
where it was when it is given once more.
"""

from workup.trials.run import Event, Finished, Known, Progress, Runner, Started, Watch, run
from workup.trials.script import ScriptTrial
from workup.trials.trial import Outcome, Trial

__all__ = [
    "Event",
    "Finished",
    "Known",
    "Outcome",
    "Progress",
    "Runner",
    "ScriptTrial",
    "Started",
    "Trial",
    "Watch",
    "run",
]

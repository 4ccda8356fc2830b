"""Carries a planned comparison out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workup.compare import progress
from workup.compare.answers import answers
from workup.compare.outcomes import outcomes, right, train_all
from workup.compare.plan import Plan
from workup.evaluation.paired import Effect, McNemar, Right, effect, holm, mcnemar
from workup.trials import Outcome


@dataclass(frozen=True)
class Comparison:
    """What came of a plan.

    Attributes:
        a, b: (S, N), whether each seed's first answer to each case was right.
        effect: B against A over all seeds and cases.
        tests: McNemar's test of each seed's pair; `corrected` are their p-values as they stand among S.
    """

    plan: Plan
    a: Right
    b: Right
    effect: Effect
    tests: tuple[McNemar, ...]
    corrected: tuple[float, ...]

    @classmethod
    def of(cls, plan: Plan, a: Right, b: Right) -> Comparison:
        """The comparison of these results."""
        groups = plan.cases.groups
        tests = tuple(mcnemar(x, y, groups) for x, y in zip(a, b, strict=True))
        return cls(plan, a, b, effect(a, b, groups), tests, tuple(holm([test.p for test in tests])))


def carry_out(
    plan: Plan, folder: Path, *, workers: int = 1, watch: progress.Watch = progress.ignore
) -> Comparison:
    """Train and test both sides, or test two finished runs.

    Args:
        folder: remembers what is done; the same call goes on where it was stopped.
        workers: how many trainings run at a time.

    Raises:
        RunError: a training failed.
        Interrupted: Ctrl-C.
    """
    if plan.runs is not None:
        found = _of_runs(plan, folder, watch)
    else:
        if plan.first:
            train_all(plan.first, folder, watch)
        found = outcomes(plan.recipes, folder, test=plan.test, workers=workers, watch=watch)
    return Comparison.of(plan, right(found[0]), right(found[1]))


def _of_runs(plan: Plan, folder: Path, watch: progress.Watch) -> list[list[Outcome]]:
    assert plan.runs is not None
    tally = progress.Tally("answering", 2, watch)
    found = []
    for number, (run, recipes) in enumerate(zip(plan.runs, plan.recipes, strict=True)):

        def tell(_: int, share: float, number: int = number) -> None:
            tally.tell(number, share)

        found.append(answers(run, recipes, folder, plan.test, tell))
    return found

"""Confirms causes by intervention: each remedy alone, on copies, on the same rows, from the same weights.

The cheapest experiment comes first: answering again takes seconds, two short trainings take minutes. What was
examined stays as it was: models are copied, rows and batches are changed on their way, random states and
modes are put back.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from workup.examine.causes import Ranked, ranked
from workup.examine.crashes.scene import headline
from workup.examine.experiment.answering import Answered, answers
from workup.examine.experiment.crashing import crash_tried
from workup.examine.experiment.fitting import seconds_a_step, shortened, trained
from workup.examine.experiment.outcome import Outcome, compared
from workup.examine.experiment.setup import Setup, Training, setup_of, training_of
from workup.examine.finding import Finding
from workup.examine.interventions import INTERVENTIONS, Cure, Intervention
from workup.examine.measurements import MEASUREMENTS
from workup.examine.parts import Missing, Parts, Unmeasurable
from workup.examine.report import Report
from workup.examine.session import untouched
from workup.examine.subject import Subject

BUDGET = 120.0
# Fewer steps show nothing; a training that is shorter itself is made whole.
_FEWEST_STEPS = 10
_IDLE = ("no effect", "worse", "undecided")
_CRASH = "CRA"
_NO_PARTS = "model, tokenizer and rows to ask about are not all at hand"
_NO_TRAINING = "rows, collator and settings of the training are not all at hand"
Watch = Callable[[str], None]


class Untestable(Exception):
    """Why a remedy cannot be tried."""


def confirm(
    report: Report,
    subject: Subject,
    *,
    untrained: Subject | None = None,
    budget: float = BUDGET,
    watch: Watch = lambda what: None,
) -> Report:
    """The report with an outcome for each of its ranked causes.

    Args:
        subject: what the report is on.
        untrained: the same fine-tune before its training, where that is at hand: trainings begin with its
            model. Otherwise they begin with `base_weights`, or else go on from the weights that there are.
        budget: seconds for all experiments together. One that has begun is finished; trainings are made as
            short as is needed.
        watch: is told what is about to be tried.
    """
    with untouched(subject):
        setup = setup_of(subject)
        if setup is not None and untrained is not None:
            setup = replace(setup, training=training_of(untrained))
        laboratory = _Laboratory(subject, setup, budget, watch)
        return replace(report, outcomes=laboratory.outcomes(report))


class _Laboratory:
    """The experiments on one subject, and what they have in common."""

    def __init__(self, subject: Subject, setup: Setup | None, budget: float, watch: Watch) -> None:
        self.subject, self.setup, self.budget, self.watch = subject, setup, budget, watch
        self.started = time.perf_counter()
        self._a_step: float | None = None
        self._trainings = 1
        self._kept: dict[int, list[Answered]] = {}
        self._failed: set[str] = set()

    def outcomes(self, report: Report) -> tuple[Outcome, ...]:
        """One for each cause, the cheapest first; what does nothing alone is tried again beside what did."""
        causes = sorted(ranked(report).causes, key=_costs_training)
        found = {one.cause.code: self._tried(one, causes[place:]) for place, one in enumerate(causes)}
        idle = [one for one in causes if found[one.cause.code].verdict in _IDLE]
        failed = [one for one in causes if one.cause.code in self._failed]
        proved = [one for one in causes if found[one.cause.code].is_proof]
        # One fault can hide what the remedy of another does, or end its experiment in a crash.
        for one in (*idle, *failed) if proved else idle[1:]:
            others = proved or idle[:1]
            again = self._beside(others, one)
            if again.is_proof:
                told = " and ".join(other.cause.label for other in others)
                found[one.cause.code] = replace(again, reason=f"with the remedy of {told} in place")
                if not proved:
                    label = f"only together with the remedy of {one.cause.label}"
                    found[told] = replace(again, cause=told, reason=label)
        return tuple(found.values())

    def _beside(self, others: Sequence[Ranked], one: Ranked) -> Outcome:
        """The outcome on one cause while the remedies of others are in place on both sides."""
        alone, kept = self.setup, self._kept
        try:
            for other in others:
                intervention = INTERVENTIONS[other.cause.code]
                cure = self._cure(intervention, other)
                if cure is not None:
                    self.setup = replace(cure.after, model=None) if intervention.trains else cure.after
            self._kept = {}
            return self._tried(one, [one])
        finally:
            self.setup, self._kept = alone, kept

    def _tried(self, cause: Ranked, left: Sequence[Ranked]) -> Outcome:
        """The outcome on one cause; `left` are those that the rest of the time has to do for."""
        self._trainings = self._trainings_of(left)
        began = time.perf_counter()
        try:
            outcome = self._outcome(cause)
        except (Untestable, Missing, Unmeasurable) as reason:
            outcome = Outcome(cause.cause.code, "not tested", reason=str(reason))
        except Exception as error:  # of the parts themselves: a model that cannot answer, a full memory
            self._failed.add(cause.cause.code)
            outcome = Outcome(
                cause.cause.code, "not tested", reason=f"the experiment failed: {headline(error)}"
            )
        return replace(outcome, seconds=round(time.perf_counter() - began, 1))

    def _outcome(self, cause: Ranked) -> Outcome:
        intervention = INTERVENTIONS.get(cause.cause.code)
        if intervention is None:
            raise Untestable("no experiment is known that could tell")
        if self.setup is None:
            raise Untestable(_NO_PARTS)
        if self.left <= 0:
            raise Untestable(f"the budget of {self.budget:g} s is spent")
        if intervention.trains and self.setup.training is None:
            raise Untestable(_NO_TRAINING)
        self.watch(intervention.says)
        cure = self._cure(intervention, cause)
        if cure is None:
            raise Untestable("the finding does not say what would have to be changed")
        if not cure.after.questions:
            raise Untestable(_NO_PARTS)
        before = self._setup_for(intervention, cause) if cure.before is None else cure.before
        code = cause.cause.code
        if (crash := _crash_of(cause)) is not None:
            return self._crashed(code, cure, before, str(crash.evidence["error"]))
        if intervention.trains:
            return self._trained_twice(code, cure, before)
        if before.model is None:
            return self._trained_once(code, cure, before)
        return self._compared(code, cure, self._asked(before), self._asked(cure.after))

    def _crashed(self, code: str, cure: Cure, before: Setup, error: str) -> Outcome:
        before = replace(before, questions=before.questions or cure.after.questions)
        return crash_tried(code, cure.what, before, cure.after, error, lambda: self.left)

    def _compared(
        self, code: str, cure: Cure, before: list[Answered], after: list[Answered], **steps: int
    ) -> Outcome:
        return compared(code, cure.what, before, after, flattered=cure.flattered, **steps)

    def _trainings_of(self, causes: Sequence[Ranked]) -> int:
        """How many trainings the experiments on these causes take: one for each, and one that all share."""
        untrained = self.setup is not None and self.setup.model is None
        return 1 + sum(untrained or _costs_training(cause) for cause in causes)

    @property
    def left(self) -> float:
        """Seconds."""
        return self.budget - (time.perf_counter() - self.started)

    def _setup_for(self, intervention: Intervention, cause: Ranked) -> Setup:
        assert self.setup is not None
        if _crash_of(cause) is None:
            return self.setup
        # What ended the script may have done so before the model could answer.
        return replace(self.setup, model=None if intervention.trains else self.subject.model)

    def _cure(self, intervention: Intervention, cause: Ranked) -> Cure | None:
        own: dict[str, Callable[..., Any]] = {
            "setup": lambda: self._setup_for(intervention, cause),
            "finding": lambda: cause.named_by[0],
            "crash": lambda: _crash_of(cause),
        }
        parts = Parts(self.subject, {**MEASUREMENTS, **own})
        made: Cure | None = intervention.function(**parts.arguments_of(intervention.function))
        return made

    def _trained_twice(self, code: str, cure: Cure, before: Setup) -> Outcome:
        mine, other = before.training, cure.after.training
        if mine is None or other is None:
            raise Untestable(_NO_TRAINING)
        planned, longer = mine.steps, other.steps > mine.steps
        mine = shortened(mine, self._affordable(trainings=self._trainings))
        said = self._without(cure, before, mine)
        other = shortened(other, self._affordable(trainings=1) if longer else mine.steps)
        if longer and other.steps <= mine.steps:
            raise Untestable(f"{self.left:.0f} s are too few for a longer training")
        after = answers(cure.after, trained(other, other.steps))
        own = 0 if cure.as_it_is and before.model is not None else mine.steps
        steps = {"steps": own, "steps_with": other.steps, "planned": planned}
        outcome = self._compared(code, cure, said, after, **steps)
        return _doubted(outcome) if max(mine.steps, other.steps) < planned else outcome

    def _trained_once(self, code: str, cure: Cure, before: Setup) -> Outcome:
        """One training of a model that was not trained yet, whose answers are asked for in two ways."""
        if before.training is None:
            raise Untestable(_NO_TRAINING)
        mine = shortened(before.training, self._affordable(trainings=self._trainings))
        model = trained(mine, mine.steps)
        said, after = answers(before, copy.deepcopy(model)), answers(cure.after, model)
        steps = {"steps": mine.steps, "steps_with": mine.steps, "planned": before.training.steps}
        outcome = self._compared(code, cure, said, after, **steps)
        return _doubted(outcome) if mine.steps < before.training.steps else outcome

    def _without(self, cure: Cure, before: Setup, training: Training) -> list[Answered]:
        """The answers without the remedy; what several remedies are compared with is trained once."""
        if cure.as_it_is and before.model is not None:
            return self._asked(before)
        if cure.before is not None:
            return answers(before, trained(training, training.steps))
        if training.steps not in self._kept:
            self._kept[training.steps] = answers(before, trained(training, training.steps))
        return self._kept[training.steps]

    def _affordable(self, trainings: int) -> int:
        """Steps that each of so many trainings may take in what is left of the time.

        Raises:
            Untestable: too few to show anything.
        """
        assert self.setup is not None
        assert self.setup.training is not None
        if self._a_step is None:
            self._a_step = seconds_a_step(self.setup.training)
        steps = int(self.left / trainings / max(self._a_step, 1e-4))
        if steps < min(self.setup.training.steps, _FEWEST_STEPS):
            raise Untestable(f"{self.left:.0f} s are too few: a step takes {self._a_step:.2g} s")
        return steps

    def _asked(self, setup: Setup) -> list[Answered]:
        return answers(setup, copy.deepcopy(setup.model))


def _doubted(outcome: Outcome) -> Outcome:
    """A training that was cut short proves nothing but what it shows for the better."""
    if outcome.verdict == "confirmed":
        return outcome
    return replace(
        outcome, verdict="undecided", reason="the training was cut short; a larger --budget may tell"
    )


def _costs_training(cause: Ranked) -> bool:
    intervention = INTERVENTIONS.get(cause.cause.code)
    return intervention is not None and intervention.trains


def _crash_of(cause: Ranked) -> Finding | None:
    """What ended the script, if it follows from this cause."""
    return next((one for one in cause.findings if one.code.startswith(_CRASH)), None)

"""Readiness: the golden case asked again, and what is told when it is answered otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from workup.registry.golden import golden_cases
from workup.serve.engine.batching import Batcher
from workup.serve.engine.models import Held
from workup.serve.engine.probe import Probe, Said
from workup.serve.engine.readiness import HOLDS, Readiness
from workup.serve.problems import Problem
from workup.serve.settings import Settings


class Several:
    """Stands for `Models`: what it holds is set by the test."""

    def __init__(self, *held: Held) -> None:
        self.held, self.problems = [*held], list[str]()

    def all(self) -> list[Held]:
        return self.held


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def held(diagnoser) -> Held:
    return Held("general@1", "c4ec", diagnoser, Probe.ask(diagnoser, golden_cases("general")))


@pytest.fixture
def batcher() -> Iterator[Batcher]:
    batcher = Batcher(Settings(batch_wait=0))
    yield batcher
    batcher.close()


def state(models: Any, batcher: Any) -> tuple[bool, tuple[str, ...]]:
    found = asyncio.run(Readiness(models, batcher).state())
    return found.ready, found.told


def test_a_model_that_answers_as_it_did_is_ready(held: Held, batcher: Batcher):
    assert state(Several(held), batcher) == (True, ())


def test_a_probability_that_moved_is_told_with_both_numbers(held: Held, batcher: Batcher):
    probe = held.probe
    moved = replace(held, probe=replace(probe, said=Said(probe.said.first, probe.said.probability + 0.02)))
    ready, (told,) = state(Several(moved), batcher)
    assert not ready
    assert f"golden case {probe.case.id}" in told
    assert str(probe.said) in told
    assert str(moved.probe.said) in told


def test_without_a_model_it_is_not_ready_and_says_what_is_wrong(batcher: Batcher):
    models = Several()
    assert state(models, batcher) == (False, ("no model is loaded yet",))
    models.problems = ["general@1 cannot be loaded"]
    assert state(models, batcher) == (False, ("general@1 cannot be loaded",))


def test_a_problem_with_a_newer_version_is_told_while_the_old_one_is_ready(held: Held, batcher: Batcher):
    models = Several(held)
    models.problems = ["general@2 cannot be loaded, general@1 goes on"]
    assert state(models, batcher) == (True, ("general@2 cannot be loaded, general@1 goes on",))


class Failing:
    """Stands for a batcher that cannot answer."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def submit(self, held: Held, given: object, explain: bool) -> None:
        raise self.error


@pytest.mark.parametrize("error", [Problem(504, "too slow"), MemoryError("no room")])
def test_a_model_that_does_not_answer_is_not_ready(held: Held, error: Exception):
    ready, (told,) = state(Several(held), Failing(error))
    assert not ready
    assert told.startswith("general@1 does not answer: ")
    assert str(error) in told


def test_much_work_is_no_fault(held: Held):
    assert state(Several(held), Failing(Problem(503, "the queue is full"))) == (True, ())


def test_a_state_holds_for_some_seconds_and_many_askers_cost_one_case(held: Held):
    asked: list[object] = []

    async def submit(held: Held, given: object, explain: bool) -> Any:
        asked.append(given)
        return SimpleNamespace(differential=(), abstained="unsure")

    clock, said = Clock(), Said("no condition (unsure)", 0.0)
    quiet = replace(held, probe=replace(held.probe, said=said))
    readiness = Readiness(Several(quiet), SimpleNamespace(submit=submit), clock)

    async def many() -> None:
        await asyncio.gather(*(readiness.state() for _ in range(5)))

    asyncio.run(many())
    assert len(asked) == 1
    clock.now += HOLDS
    asyncio.run(many())
    assert len(asked) == 2

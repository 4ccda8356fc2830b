"""bfloat16 is taken only by a model that says the same in it."""

from __future__ import annotations

import logging

import pytest
import torch

from workup.clinic.assess import Diagnoser
from workup.registry.golden import GoldenCase, golden_cases
from workup.run import Run
from workup.serve.engine.precision import differences, engaged
from workup.serve.engine.probe import Said


@pytest.fixture
def own(diagnoser, clinic_run: Run) -> Diagnoser:
    """A diagnoser that the test may change."""
    return Diagnoser.load(clinic_run.folder)


@pytest.fixture
def cases(diagnoser) -> list[GoldenCase]:
    return [case for case in golden_cases("general") if case.diagnosis in diagnoser.known.conditions]


def test_float32_is_what_it_is_anyway(diagnoser, cases):
    assert engaged(diagnoser, "float32", cases) is diagnoser
    assert diagnoser.run.predictor.model.dtype == torch.float32


def test_a_model_that_says_the_same_computes_in_bfloat16(
    own: Diagnoser, cases, caplog: pytest.LogCaptureFixture
):
    before = [own.assess_many([case.text], explain=False)[0] for case in cases]
    with caplog.at_level(logging.INFO):
        engaged(own, "bfloat16", cases)
    assert own.run.predictor.model.dtype == torch.bfloat16
    assert f"{len(cases)} golden cases are answered the same" in caplog.text
    after = own.assess_many([case.text for case in cases], explain=False)
    assert differences([*map(Said.of, before)], [*map(Said.of, after)], [case.id for case in cases]) == []


def test_a_model_that_says_something_else_stays_as_it_was(
    own: Diagnoser, cases, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    before = own.assess_many([cases[0].text], explain=False)
    monkeypatch.setattr("workup.serve.engine.precision.TOLERANCE", -1.0)  # nothing is the same
    engaged(own, "bfloat16", cases)
    assert own.run.predictor.model.dtype == torch.float32
    assert own.assess_many([cases[0].text], explain=False) == before
    assert f"bfloat16 is refused, float32 goes on: {cases[0].id}: " in caplog.text


def test_what_differs_is_told_with_both_numbers():
    before, after = [Said("Gout", 0.9), Said("Gout", 0.9)], [Said("Gout", 0.88), Said("Gout", 0.8)]
    assert differences(before, after, ["a", "b"]) == [
        "b: Gout with 0.9000 in float32, Gout with 0.8000 in bfloat16"
    ]
    assert differences([Said("Gout", 0.5)], [Said("Migraine", 0.5)], ["c"])

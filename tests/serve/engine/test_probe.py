"""The golden case by which a model is watched."""

from __future__ import annotations

from workup.registry.golden import golden_cases
from workup.serve.engine.probe import Probe, Said


def test_the_case_is_the_first_whose_diagnosis_the_model_knows(diagnoser):
    cases = golden_cases("general")
    probe = Probe.ask(diagnoser, cases)
    known = [case.id for case in cases if case.diagnosis in diagnoser.known.conditions]
    assert probe.case.id == known[0]
    assert probe.said == Said.of(diagnoser.assess(probe.given))


def test_where_it_knows_none_the_first_is_asked(diagnoser):
    cases = [case for case in golden_cases("general") if case.diagnosis not in diagnoser.known.conditions]
    assert Probe.ask(diagnoser, cases).case == cases[0]


def test_what_is_said_is_the_same_within_a_hundredth():
    assert Said("Gout", 0.91).agrees(Said("Gout", 0.905))
    assert not Said("Gout", 0.91).agrees(Said("Gout", 0.89))
    assert not Said("Gout", 0.91).agrees(Said("Migraine", 0.91))


def test_it_reads_as_a_sentence_part(diagnoser):
    assert str(Said("Gout", 0.91)) == "Gout with 0.9100"
    assert str(Said.of(diagnoser.assess("hello"))).startswith("no condition (")

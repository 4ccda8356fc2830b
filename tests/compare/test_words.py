import numpy as np
import pytest

from workup.compare.selection import Selection
from workup.compare.sides import Cases
from workup.compare.sweep import Sweep, SweepPlan, Tried
from workup.compare.words import described, foresight, verdict, verdict_of_sweep
from workup.evaluation.paired import effect


def some(right, cases=60):
    return [int(n < right) for n in range(cases)]


def test_sixty_cases_cannot_see_less_than_ten_points():
    assert foresight(60, 1).startswith("With 60 cases a difference under 10.0 points cannot be seen;")
    assert "of 16.2 points is found four times in five" in foresight(60, 1)
    assert "With 60 cases and 5 seeds" in foresight(60, 5)
    assert "test on more rows" in foresight(5, 5)


def test_the_better_side_is_named_with_its_interval(compared):
    said = verdict(compared([some(20)] * 5, [some(40)] * 5))
    assert said.startswith("B (second) is better than A by 33.3 points (95 % interval ")
    assert said.endswith("; 5 seeds, 60 cases).")
    assert verdict(compared([some(40)], [some(20)])).startswith("A (first) is better than B by 33.3 points")


def test_too_close_says_what_would_have_been_found(compared):
    said = verdict(compared([some(30)], [some(32)]))
    assert said.startswith("Too close to call: B is ahead by 3.3 points")
    assert "1 seed, 60 cases" in said
    assert said.endswith("test on more cases.")
    assert "right equally often" in verdict(compared([some(30)], [some(30)]))


def test_luck_of_training_asks_for_seeds(compared):
    said = verdict(compared([some(20), some(40), some(20)], [some(40), some(20), some(42)]))
    assert "add seeds" in said


def test_two_seeds_ask_for_more(compared):
    assert "two tell little" in verdict(compared([some(30), some(31)], [some(32), some(30)]))


def test_a_setting_is_described_without_its_section():
    setting = (("generation.num_beams", 4), ("training.lora", None))
    assert described(setting) == "num_beams 4, lora none"


@pytest.mark.parametrize(
    ("p", "said"),
    [(0.01, "num_beams 2 is better than the recipe's own settings"), (0.4, "No setting is proved better")],
)
def test_the_winner_is_reported_without_its_luck(colour_recipe, p, said):
    a, b = np.array([some(20)], bool), np.array([some(40)], bool)
    own = Tried((("generation.num_beams", 4),), colour_recipe, 1 / 3, None, None)
    best = Tried((("generation.num_beams", 2),), colour_recipe, 2 / 3, effect(a, b), p)
    cases = Cases(tuple(map(str, range(60))), None)
    plan = SweepPlan("a", (), (0,), cases, None, (), None)
    found = Sweep(plan, (own, best), Selection(1, 0.33, 0.25, (0.1, 0.9)))
    told = verdict_of_sweep(found)
    assert told.startswith(said)
    assert found.recommended is (best if p < 0.05 else own)
    assert "the gain is +25.0 points, not +33.0" in told
    kept = verdict_of_sweep(Sweep(plan, (own, best), Selection(0, 0.0, 0.0, (1.0, 0.0))))
    assert kept.startswith("Keep the settings")

import itertools
import math
import random

import pytest

from isolate.simulated import metric
from workup.errors import WorkupError
from workup.isolate.search import FEWEST, search

NAMES = [f"s{place}" for place in range(12)]


def test_one_culprit_among_twelve_is_named_after_two_dozen_runs():
    found = search(NAMES, metric((["s7"], -4)))
    assert (found.verdict, found.culprits) == ("culprit", {"s7"})
    assert not found.interaction
    assert not found.each
    assert len(found.measurements) < 25


def test_two_that_act_only_together_are_named_as_such():
    found = search(NAMES, metric((["s2", "s9"], -4)))
    assert found.culprits == {"s2", "s9"}
    assert found.interaction


def test_two_that_are_each_enough_are_both_named():
    found = search(NAMES, metric((["s2"], -5), (["s9"], -5), (["s2", "s9"], 5)))
    assert found.culprits == {"s2", "s9"}
    assert found.each


def test_two_that_add_up_are_no_interaction():
    found = search(NAMES, metric((["s2"], -4), (["s9"], -4)))
    assert found.culprits == {"s2", "s9"}
    assert not found.interaction
    assert not found.each


def test_three_that_no_explanation_covers_are_found_by_dividing():
    found = search(NAMES, metric((["s1", "s6", "s8"], -8)))
    assert found.culprits == {"s1", "s6", "s8"}
    assert found.interaction


def test_small_effects_and_improvements_are_not_named():
    decoys = [(["s1"], -1), (["s3"], -1), (["s5"], 2)]
    assert search(NAMES, metric((["s7"], -4), *decoys)).culprits == {"s7"}


@pytest.mark.parametrize("start", range(0, 1000, 100))
def test_where_nothing_has_an_effect_nothing_is_accused(start):
    found = search(NAMES, lambda settings: metric()([shifted(setting, start) for setting in settings]))
    assert found.verdict in {"alike", "inconclusive"}
    assert not found.culprits


def shifted(setting, start):
    return type(setting)(setting.changed, setting.seed + start)


def test_an_improvement_is_no_difference_to_look_for():
    assert search(NAMES, metric((["s7"], 4))).verdict == "alike"


def test_without_noise_few_runs_are_enough():
    found = search(NAMES, metric((["s7"], -0.4), noise=0.0))
    assert found.culprits == {"s7"}
    assert len(found.measurements) < 16


def test_a_metric_that_never_varies_is_alike():
    found = search(NAMES, lambda settings: [0.9 for _ in settings])
    assert found.verdict == "alike"
    assert len(found.measurements) < FEWEST


def test_a_setting_that_crashes_is_worse_than_every_number():
    def measure(settings):
        return [math.nan if "s7" in s.changed else 0.9 + 0.01 * (s.seed % 3) for s in settings]

    found = search(NAMES, measure)
    assert found.culprits == {"s7"}
    assert -math.inf in found.measurements.values()


def test_what_a_measure_raises_ends_the_search():
    def measure(settings):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        search(NAMES, measure)


def test_a_metric_that_setting_and_seed_do_not_settle_is_flaky():
    source = random.Random(3)
    found = search(NAMES, lambda settings: [source.gauss(0.0, 1.0) for _ in settings])
    assert found.verdict == "flaky"
    assert "same setting and seed" in found.sentence()


def test_a_budget_that_does_not_suffice_is_inconclusive_and_kept():
    found = search(NAMES, metric((["s7"], -2)), most=20)
    assert found.verdict == "inconclusive"
    assert not found.culprits
    assert len(found.measurements) <= 20
    assert "Likeliest" in found.why


def test_the_smallest_difference_that_matters_decides_what_is_alike():
    small = metric((["s7"], -0.5))
    assert search(NAMES, small, smallest=4.0).verdict == "alike"


def test_a_single_difference_needs_the_ends_only():
    found = search(["s0"], metric((["s0"], -4)))
    assert found.culprits == {"s0"}
    assert {setting.changed for setting in found.measurements} == {frozenset(), frozenset(["s0"])}


def test_the_same_values_lead_to_the_same_settings():
    first, second = (search(NAMES, metric((["s7"], -3))) for _ in range(2))
    assert first.measurements == second.measurements


def test_trials_that_can_run_side_by_side_are_asked_for_together():
    batches = []
    measure = metric((["s7"], -4))

    def watched(settings):
        batches.append(len(settings))
        return measure(settings)

    assert search(NAMES, watched, side_by_side=3).culprits == {"s7"}
    assert max(batches[1:]) == 3


def test_no_setting_is_measured_twice_at_a_seed():
    asked = []
    measure = metric((["s7"], -2))

    def watched(settings):
        asked.extend(settings)
        return measure(settings)

    search(NAMES, watched, side_by_side=2)
    assert len(asked) == len(set(asked))


def test_effects_have_intervals_that_hold_the_planted_ones():
    found = search(NAMES, metric((["s7"], -4)))
    for changed, planted in ((frozenset(NAMES), -4), (frozenset(["s7"]), -4)):
        effect = found.effects[changed]
        assert effect.low < planted < effect.high


def test_the_sentence_names_the_culprit_and_what_proves_it():
    sentence = search(NAMES, metric((["s7"], -4))).sentence()
    assert sentence.startswith("s7 makes the difference. ")
    assert "these alone" in sentence
    assert "all others" in sentence


@pytest.mark.parametrize(
    ("names", "most", "said"),
    [([], 60, "nothing differs"), (["a", "b", "a"], 60, "'a' is listed twice"), (["a"], 5, "5 measurements")],
)
def test_impossible_searches_are_refused_before_anything_is_measured(names, most, said):
    with pytest.raises(WorkupError, match=said):
        search(names, lambda settings: itertools.repeat(0.0), most=most)

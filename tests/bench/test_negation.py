"""The negation pairs: what differs between the tellings of a case, and how a movement is judged."""

import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT))

from bench.negation import PAIRS, VIEWS, judged, told  # noqa: E402

from workup.clinic.book import conditions  # noqa: E402

CASES = yaml.safe_load(PAIRS.read_text(encoding="utf-8"))
KNOWN = {condition.name for _, condition in conditions()}


def test_there_are_some_forty_pairs_and_their_conditions_are_known():
    assert len(CASES) >= 40
    assert {name for pair in CASES for name in pair["for"]} <= KNOWN


@pytest.mark.parametrize("pair", CASES, ids=lambda pair: pair["case"][:30])
def test_the_tellings_of_a_case_differ_in_the_finding_alone(pair):
    before, after = pair["case"].split("{}")
    present, absent, silent = (told(pair, view) for view in VIEWS)
    for text in (present, absent):
        assert text.startswith(before)
        assert text.endswith(after)
    assert present != absent
    assert before.rstrip(" ,.") in silent
    assert "{}" not in silent
    assert len(silent) < min(len(present), len(absent))


def test_a_probability_that_falls_with_the_denial_is_right():
    found = judged({"present": [0.9, 0.2], "absent": [0.5, 0.4], "silent": [0.6, 0.1]})
    assert found["present_above_absent"]["right"] == 1
    assert found["absent_at_most_silent"]["right"] == 1


def test_probabilities_of_nothing_and_of_everything_have_log_odds():
    assert judged({view: [0.0, 1.0] for view in VIEWS})["fall"] == 0

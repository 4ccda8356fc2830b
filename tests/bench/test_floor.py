"""The floor's benchmark judges what a floor does, and its page has the results that were measured."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.special import log_softmax

from closed_set import planted

sys.path.append(str(Path(__file__).parents[2]))

from bench import floor


@pytest.fixture
def model():
    scores, truth = planted(np.random.default_rng(0), 200)
    return log_softmax(scores, axis=1), truth


def test_a_floor_under_everything_changes_nothing(model):
    scores, truth = model
    words = np.zeros_like(scores)
    whole = floor.judged(scores, words, truth, 0.0)
    low = floor.judged(scores, words, truth, 1e-30)
    assert whole["above"] == low["above"] == scores.shape[1]
    assert low["log_score"] == pytest.approx(whole["log_score"])


def test_a_floor_above_everything_leaves_nothing_to_tell(model):
    scores, truth = model
    blind = floor.judged(scores, np.zeros_like(scores), truth, 0.999)
    assert blind["above"] == 0
    assert blind["log_score"] == pytest.approx(np.log(scores.shape[1]), abs=0.01)


def test_the_page_has_the_table_of_the_results():
    told = floor.table(json.loads(floor.RESULTS.read_text()))
    assert f"<!-- floor -->\n{told}\n<!-- floor ends -->" in floor.PAGE.read_text(encoding="utf-8")

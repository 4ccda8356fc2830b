import json

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from workup.errors import DataError
from workup.evaluation.scope import (
    Scope,
    distance_to_nearest,
    unknown_share,
)


def scores(random, cases, moved=0.0):
    """Two scores that hang together and one that is nearly always 0, as shares of unknown tokens are."""
    base = random.normal(moved, 1, cases)
    return {
        "outside": base + random.normal(0, 0.3, cases),
        "distance": base**3,
        "unknown": np.where(random.random(cases) < 0.1, random.random(cases), 0.0),
    }


@pytest.mark.parametrize(("cases", "alpha"), [(40, 0.05), (342, 0.05), (100, 0.2)])
def test_in_scope_inputs_raise_an_alarm_no_more_often_than_promised(cases, alpha):
    random = np.random.default_rng(cases)
    alarms = [
        np.mean(Scope.fit(scores(random, cases)).p_values(scores(random, 60)) <= alpha) for _ in range(80)
    ]
    assert 0.4 * alpha <= np.mean(alarms) <= 1.05 * alpha + 0.005


def test_p_values_are_those_of_ranking_the_new_input_among_the_calibration_cases():
    random = np.random.default_rng(0)
    known, new = scores(random, 30), scores(random, 1, moved=1.0)
    pooled = np.column_stack([np.append(known[name], new[name]) for name in known])
    ranks = (pooled[None] >= pooled[:, None]).sum(axis=1).min(axis=1)
    assert Scope.fit(known).p_values(new)[0] == pytest.approx(np.mean(ranks <= ranks[-1]))


def test_with_one_score_it_is_the_usual_conformal_p_value():
    scope = Scope.fit({"only": np.arange(19.0)})
    assert scope.p_values({"only": np.array([100.0, 18.0, -1.0])}).tolist() == [0.05, 0.1, 1.0]


def test_an_input_that_is_strange_in_any_one_score_is_found_and_the_score_named():
    random = np.random.default_rng(1)
    scope = Scope.fit(scores(random, 200))
    strange = {
        "outside": np.array([9.0, 0.0]),
        "distance": np.array([0.0, 0.0]),
        "unknown": np.array([0.0, 1.0]),
    }
    assert (scope.p_values(strange) <= 0.05).all()
    assert scope.strangest(strange) == ["outside", "unknown"]


def test_more_is_found_than_with_bonferronis_correction_where_scores_agree():
    random = np.random.default_rng(2)
    known, new = scores(random, 342), scores(random, 400, moved=2.0)
    alone = [Scope.fit({name: known[name]}).p_values({name: new[name]}) for name in known]
    corrected = np.min(alone, axis=0) * len(known)
    assert np.mean(Scope.fit(known).p_values(new) <= 0.05) > np.mean(corrected <= 0.05) + 0.05


def test_a_scope_is_read_as_it_was_written():
    random = np.random.default_rng(3)
    scope, new = Scope.fit(scores(random, 20)), scores(random, 5)
    again = Scope.from_json(json.loads(json.dumps(scope.to_json())))
    assert again.p_values(new).tolist() == scope.p_values(new).tolist()


def test_unknown_tokens_are_counted_and_an_empty_input_is_all_unknown():
    assert unknown_share([[5, 2, 2, 1], [7], []], unknown=2).tolist() == [0.5, 0.0, 1.0]


def test_distances_are_those_of_scikit_learn():
    random = np.random.default_rng(4)
    training, new = random.normal(size=(50, 8)), random.normal(size=(7, 8))
    length = np.linalg.norm(training, axis=1, keepdims=True), np.linalg.norm(new, axis=1, keepdims=True)
    nearest = NearestNeighbors(n_neighbors=5).fit(training / length[0]).kneighbors(new / length[1])[0]
    assert distance_to_nearest(new, training) == pytest.approx(nearest[:, -1])
    assert distance_to_nearest(training[:1], training[:2]).shape == (1,)


def test_wrong_scores_are_refused():
    with pytest.raises(DataError, match="at least one"):
        Scope.fit({})
    with pytest.raises(DataError, match=r"\[2, 3\] values"):
        Scope.fit({"a": np.zeros(2), "b": np.zeros(3)})
    with pytest.raises(DataError, match="'b' is not a number"):
        Scope.fit({"a": np.zeros(2), "b": np.array([1.0, np.nan])})
    with pytest.raises(DataError, match="scores given: a; needed: a, b"):
        Scope.fit({"a": np.zeros(2), "b": np.zeros(2)}).p_values({"a": np.zeros(1)})
    with pytest.raises(DataError, match="cannot be compared"):
        distance_to_nearest(np.zeros((2, 3)), np.zeros((5, 4)))

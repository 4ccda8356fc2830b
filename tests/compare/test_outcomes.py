import pytest

from workup.compare.outcomes import outcomes, right
from workup.compare.progress import ignore
from workup.errors import RunError
from workup.trials import Outcome


def test_only_a_first_answer_is_right():
    assert right([Outcome(ranks=(1, 2, None)), Outcome(ranks=(None, 1, 1))]).tolist() == [
        [True, False, False],
        [False, True, True],
    ]


def test_a_failed_training_names_its_seed_and_the_reason(colour_recipe, tmp_path):
    broken = colour_recipe.change("base", str(tmp_path / "nothing"))
    with pytest.raises(RunError, match=r"seed 3\) failed: .*\n.*the same command"):
        outcomes([[broken.change("seed", 3)]], tmp_path, test=None, workers=1, watch=ignore)

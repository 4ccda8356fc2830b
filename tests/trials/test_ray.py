"""The same trials through Ray. Where it is not installed these are skipped: pip install 'workup[ray]'."""

import pytest

from workup.errors import RunError
from workup.trials import Finished, Known, ScriptTrial, Started, run

ray = pytest.importorskip("ray")

# Ray's own processes leave sockets and files to their end.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


def scripts(folder):
    script = folder / "seed.py"
    script.write_text("import os; print('score:', os.environ['WORKUP_SEED'])")
    return [ScriptTrial(script, "score", seed=seed) for seed in range(3)]


def test_trials_on_a_local_cluster_come_out_as_those_of_this_machine(tmp_path):
    told = []
    outcomes = run(scripts(tmp_path), tmp_path / "ray", ray="local", watch=told.append)
    here = run(scripts(tmp_path), tmp_path / "here")
    assert [one.metrics for one in outcomes] == [one.metrics for one in here]
    assert {type(event) for event in told} == {Started, Finished}
    told.clear()
    run(scripts(tmp_path), tmp_path / "ray", ray="local", watch=told.append)
    assert {type(event) for event in told} == {Known}


def test_no_cluster_at_the_address_is_one_clear_error(tmp_path):
    with pytest.raises(RunError, match=r"there is no Ray cluster at '127\.0\.0\.1:1'"):
        run(scripts(tmp_path), tmp_path / "out", ray="127.0.0.1:1")

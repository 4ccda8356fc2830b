import pytest

from workup.trials import ScriptTrial
from workup.trials.script import number_after


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("exact match: 0.25", 0.25),
        ("exact match: 0.25\nExact match = 75%\n", 75.0),
        ("{'exact match': 1e-3, 'loss': 7}", 1e-3),
        ("exact match: nan", None),
        ("no number here", None),
        ("exact match of nothing", None),
    ],
)
def test_the_last_number_after_the_words_counts(said, number):
    found = number_after("exact match", said)
    assert found == number or (number is None and (found is None or found != found))


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "train.py"
    path.write_text(
        "import os, sys\n"
        "print('score:', float(sys.argv[1]) + int(os.environ['WORKUP_SEED']) + len(os.environ['EXTRA']))\n"
    )
    return path


def run(trial, **variables):
    return trial.run({"PATH": "", **variables}, lambda process: None)


def test_a_script_is_given_its_arguments_variables_and_seed(script):
    trial = ScriptTrial(script, "score", arguments=("{seed}.5",), variables={"EXTRA": "xy"}, seed=3)
    assert run(trial).metrics == {"score": 3.5 + 3 + 2}


def test_a_script_that_crashes_fails_with_its_last_line(script):
    outcome = run(ScriptTrial(script, "score", variables={"EXTRA": ""}))
    assert outcome.error.startswith("the script ended with exit status 1: IndexError")
    assert not outcome.lost


def test_a_script_that_prints_no_such_number_says_so(script):
    trial = ScriptTrial(script, "accuracy", arguments=("1",), variables={"EXTRA": ""})
    assert "printed no number after 'accuracy'; its last line: score: 1.0" in run(trial).error


def test_another_text_is_run_beside_the_file_and_leaves_nothing(script):
    trial = ScriptTrial(script, "score", text="print('score: 7', __file__)")
    assert run(trial).metrics == {"score": 7.0}
    assert [path.name for path in script.parent.iterdir()] == ["train.py"]


def test_a_script_that_was_edited_is_another_trial(script):
    before = ScriptTrial(script, "score").key
    script.write_text("print('score: 1')")
    assert ScriptTrial(script, "score").key != before

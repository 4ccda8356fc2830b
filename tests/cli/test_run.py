import pytest


def test_a_script_that_cannot_be_run_is_refused_with_what_to_do(workup, tmp_path):
    (tmp_path / "train.py").write_text("print('ran')")
    done = workup("run", "trian.py", "--lr", "1e-3")
    assert (done.status, done.out) == (2, "")
    assert done.err == "workup: there is no script trian.py; did you mean 'train.py'?\n"


def test_a_folder_for_the_report_that_cannot_be_made_is_refused_before_the_script_runs(workup, tmp_path):
    (tmp_path / "train.py").write_text("print('ran')")
    done = workup("run", "--report", "train.py", "train.py")
    assert (done.status, done.out) == (2, "")
    assert "--report train.py: the folder cannot be made" in done.err


@pytest.mark.parametrize("option", ["warning", "--lr"])
def test_it_stops_on_nothing_but_errors(workup, option):
    done = workup("run", "--stop-on", option, "train.py")
    assert done.status == 2
    assert "'error'" in done.err

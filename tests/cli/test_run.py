import errno

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
    assert "--report train.py: the folder cannot be made or written to" in done.err


def test_a_folder_that_cannot_be_written_to_is_refused_before_the_script_runs(workup, tmp_path, monkeypatch):
    (tmp_path / "train.py").write_text("print('ran')")

    def read_only(**_):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("workup.cli.run.TemporaryFile", read_only)
    done = workup("run", "--report", "told", "train.py")
    assert (done.status, done.out) == (2, "")
    assert "--report told: the folder cannot be made or written to: Read-only file system" in done.err


def test_a_module_that_is_not_there_is_refused(workup):
    done = workup("run", "-m", "nowhere.train", "--lr", "1e-3")
    assert (done.status, done.out) == (2, "")
    assert "the module nowhere.train cannot be found" in done.err


@pytest.mark.parametrize("option", ["warning", "--lr"])
def test_it_stops_on_nothing_but_errors(workup, option):
    done = workup("run", "--stop-on", option, "train.py")
    assert done.status == 2
    assert "'error'" in done.err

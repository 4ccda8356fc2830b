import sys
import textwrap

import pytest

from workup.errors import RunError
from workup.examine.capture.script import read, run


@pytest.fixture
def ends(tmp_path, monkeypatch):
    """`ends(source, *arguments)`: how a script ends that is run in this very process."""

    def end(source, *arguments):
        script = tmp_path / "train.py"
        script.write_text(textwrap.dedent(source))
        monkeypatch.setattr(sys, "argv", ["workup"])
        monkeypatch.setattr(sys, "path", list(sys.path))
        monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
        return run(script, read(script), arguments)

    return end


def test_the_script_is_the_main_program_with_its_own_arguments_and_folder(ends, tmp_path, capsys):
    (tmp_path / "beside_it.py").write_text("WORD = 'beside'\n")
    ending = ends(
        """
        import sys
        import beside_it
        if __name__ == "__main__":
            print(beside_it.WORD, sys.argv[1:], sys.modules["__main__"].__file__ == __file__)
        """,
        "--lr",
        "1e-3",
    )
    assert (ending.status, ending.error) == (0, None)
    assert capsys.readouterr().out == "beside ['--lr', '1e-3'] True\n"
    del sys.modules["beside_it"]


@pytest.mark.parametrize(
    ("code", "status", "said"), [("3", 3, ""), ("", 0, ""), ("'too bad'", 1, "too bad\n"), ("256", 0, "")]
)
def test_exits_have_the_status_that_python_gives_them(ends, capsys, code, status, said):
    assert ends(f"import sys\nsys.exit({code})").status == status
    assert capsys.readouterr().err == said


def test_an_exception_is_printed_from_the_script_on(ends, capsys, tmp_path):
    ending = ends("def fail():\n    raise ValueError('no such thing')\n\nfail()\n")
    told = capsys.readouterr().err
    assert (ending.status, str(ending.error)) == (1, "no such thing")
    assert told.startswith(f'Traceback (most recent call last):\n  File "{tmp_path}/train.py", line 4')
    assert told.count("File ") == 2
    assert ending.error.__traceback__.tb_frame.f_code.co_name == "<module>"


def test_a_syntax_error_is_told_as_python_tells_it(ends, capsys, tmp_path):
    assert ends("x = (\n").status == 1
    assert capsys.readouterr().err.startswith(f'  File "{tmp_path}/train.py", line 1\n    x = (')


def test_the_hook_that_a_script_sets_for_exceptions_is_called(ends, capsys, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    ends("import sys\nsys.excepthook = lambda kind, error, trace: print('caught', error)\n1 / 0")
    assert capsys.readouterr().out == "caught division by zero\n"


def test_no_future_of_ours_reaches_the_script(ends):
    assert ends("def f(x: int): ...\nassert f.__annotations__ == {'x': int}").status == 0


def test_what_cannot_be_run_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "train.py").write_text("")
    (tmp_path / "train.ipynb").write_text("{}")
    (tmp_path / "model.bin").write_bytes(b"\x00\xff\xfe")
    for name, told in {
        "trian.py": "did you mean 'train.py'?",
        "nowhere/train.py": "holds no Python script",
        ".": "is a folder",
        "train.ipynb": "is a notebook",
        "model.bin": "is no Python script",
        "accelerate": "write instead: accelerate launch -m workup run train.py",
        "python": "write instead: workup run train.py",
    }.items():
        with pytest.raises(RunError, match=told.replace("?", r"\?")):
            read(tmp_path / name)

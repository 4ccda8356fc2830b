import sys
import textwrap
import traceback
from pathlib import Path

import pytest

from workup.errors import RunError
from workup.examine.capture.script import read, read_module, run


@pytest.fixture
def ends(tmp_path, monkeypatch):
    """`ends(source, *arguments)`: how a script ends that is run in this very process."""

    def end(source, *arguments):
        script = tmp_path / "train.py"
        script.write_text(textwrap.dedent(source))
        monkeypatch.setattr(sys, "argv", ["workup"])
        monkeypatch.setattr(sys, "path", list(sys.path))
        monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
        return run(read(script), arguments)

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


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package `wheels` that can be run, with a module `train` that imports its neighbour."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["workup"])
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    (tmp_path / "wheels").mkdir()
    for name, source in {
        "__init__": "",
        "__main__": "print('the package')",
        "spokes": "COUNT = 36",
        "train": "import sys\nfrom . import spokes\nprint(__name__, __package__, spokes.COUNT, sys.argv[1:])",
    }.items():
        (tmp_path / "wheels" / f"{name}.py").write_text(source)
    yield tmp_path / "wheels"
    for name in [name for name in sys.modules if name.partition(".")[0] == "wheels"]:
        del sys.modules[name]


def test_a_module_is_run_by_its_name_and_imports_its_neighbours(package, capsys):
    assert run(read_module("wheels.train"), ["--lr", "1"]).status == 0
    assert capsys.readouterr().out == "__main__ wheels 36 ['--lr', '1']\n"
    assert sys.argv[0] == str(package / "train.py")


def test_of_a_package_its_main_is_run(package, capsys):
    assert run(read_module("wheels"), []).status == 0
    assert capsys.readouterr().out == "the package\n"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("wheels.trian", "there is no module wheels.trian"),
        ("wheelz.train", "the module wheelz.train cannot be found"),
        ("wheels/train.py", "write -m wheels.train, or leave -m out"),
        ("sys", "there is no module sys with a source"),
        ("accelerate.commands.launch", "write instead: accelerate launch -m workup run train.py"),
        ("torch.distributed.run", "write instead: torchrun -m workup run train.py"),
    ],
)
def test_a_module_that_cannot_be_run_is_refused(package, name, told):
    with pytest.raises(RunError, match=told):
        read_module(name)


def test_a_package_that_cannot_be_imported_is_refused_with_the_reason(package):
    (package / "__init__.py").write_text("1 / 0")
    with pytest.raises(RunError, match="ZeroDivisionError: division by zero"):
        read_module("wheels.train")


def test_no_frame_of_ours_is_in_a_traceback_or_in_that_of_its_cause(ends, capsys):
    """Whoever prints it: programs replace the hook, and so does the command line that runs us."""
    ending = ends(
        """
        from workup.examine.capture.seams import Guard, Seam, fit
        import types

        class Library:
            def call(self):
                try:
                    raise KeyError("first")
                except KeyError as error:
                    raise ValueError("second") from error

        library = types.ModuleType("library")
        library.Library = Library
        guard = Guard(lambda *_: (_ for _ in ()), lambda *_: None)
        fit(Seam("library", "Library", "call", "encoded"), library, guard)

        def outer():
            try:
                Library().call()
            except ValueError as error:
                raise RuntimeError("third") from error

        outer()
        """
    )
    for error in (ending.error, ending.error.__cause__, ending.error.__cause__.__cause__):
        files = {Path(frame.f_code.co_filename).name for frame, _ in traceback.walk_tb(error.__traceback__)}
        assert files == {"train.py"}
    assert "seams.py" not in capsys.readouterr().err


def test_what_cannot_be_run_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "train.py").write_text("")
    (tmp_path / "recipe.yaml").write_text("")
    for folder, file in (("run", "recipe.yaml"), ("checkpoint", "config.json"), ("package", "__main__.py")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / file).write_text("")
    (tmp_path / "empty").mkdir()
    (tmp_path / "train.ipynb").write_text("{}")
    (tmp_path / "torchrun").write_text("import sys")
    (tmp_path / "model.bin").write_bytes(b"\x00\xff\xfe")
    for name, told in {
        "trian.py": "did you mean 'train.py'?",
        "nowhere/train.py": "holds no Python script",
        ".": "is a folder; use `workup examine",
        "run": "is a folder; use `workup examine",
        "checkpoint": "is a folder; use `workup examine",
        "package": "is a folder; name it as a module: workup run -m package",
        "empty": "is a folder; it holds no Python script",
        "recipe.yaml": "is a recipe; use `workup examine",
        "train.ipynb": "is a notebook",
        "model.bin": "is no Python script",
        "accelerate": "write instead: accelerate launch -m workup run train.py",
        "torchrun": "write instead: torchrun -m workup run train.py",
        "python": "write instead: workup run train.py",
    }.items():
        with pytest.raises(RunError, match=told.replace("?", r"\?")):
            read(tmp_path / name)

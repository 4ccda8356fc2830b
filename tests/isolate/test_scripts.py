import subprocess

import pytest

from workup.errors import RunError
from workup.isolate.scripts import Command, ScriptPair
from workup.isolate.setting import Setting


@pytest.fixture(autouse=True)
def script(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "train.py"
    path.write_text("print('one')\n")
    return path


def test_a_command_is_read_into_variables_options_and_environment():
    command = Command.parse(
        "DEVICE=cpu train.py@transformers==4.57.6 rows.csv --lr=3e-4 --layers 1 -2 --fast"
    )
    assert command.variables == {"DEVICE": "cpu"}
    assert command.options == {"1": ("rows.csv",), "--lr": ("3e-4",), "--layers": ("1", "-2"), "--fast": ()}
    assert command.environment == ("transformers==4.57.6",)
    assert Command.parse(str(command)) == command


def test_a_mixture_is_a_command_again():
    good = Command.parse("A=1 train.py rows.csv --lr 3e-4 --fast")
    bad = Command.parse("A=2 train.py rows.csv --lr 5 --slow x")
    pair = ScriptPair(good, bad, "score")
    assert [str(one) for one in pair.differences] == [
        "variables.A '1' → '2'",
        "arguments.--lr 3e-4 → 5",
        "arguments.--fast given → none",
        "arguments.--slow none → x",
    ]
    assert str(pair.mixed(["arguments.--lr", "arguments.--fast"])) == "A=1 train.py rows.csv --lr 5"
    assert str(pair.mixed(one.name for one in pair.differences)) == str(bad)
    trial = pair.trial(Setting(frozenset({"variables.A"}), seed=2))
    assert (trial.variables, trial.arguments) == ({"A": "2"}, ("rows.csv", "--lr", "3e-4", "--fast"))


def test_a_revision_of_the_script_is_one_difference(script):
    def git(*arguments):
        author = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *author, *arguments], check=True, capture_output=True)

    git("init", "--quiet")
    git("add", "train.py")
    git("commit", "--quiet", "-m", "one")
    script.write_text("print('two')\n")
    pair = ScriptPair(Command.parse("train.py@HEAD"), Command.parse("train.py"), "score")
    assert [str(one) for one in pair.differences] == ["script 'train.py@HEAD' → 'train.py'"]
    assert pair.mixed([]).contents == "print('one')\n"
    assert pair.mixed(["script"]).contents == "print('two')\n"
    with pytest.raises(RunError, match="cannot be read at the revision 'nothing'"):
        Command.parse("train.py@nothing")


def test_bad_commands_are_told_what_to_do():
    with pytest.raises(RunError, match=r"there is no script 'trian.py'; did you mean 'train.py'"):
        Command.parse("trian.py --lr 1")
    with pytest.raises(RunError, match="the option --lr stands twice"):
        Command.parse("train.py --lr 1 --lr 2")

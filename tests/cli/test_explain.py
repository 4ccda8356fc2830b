import subprocess
import sys

import pytest
import typer

from workup.cli import main
from workup.cli.explain import explain
from workup.errors import WorkupError
from workup.examine.check import HEADINGS
from workup.examine.checks import CATALOGUE
from workup.examine.crashes import CRASHES, crash
from workup.examine.finding import STAGES
from workup.examine.script.rules import RULES


def test_a_check_is_explained_by_its_page(capsys):
    explain("bat003")
    printed = capsys.readouterr().out
    lines = printed.splitlines()
    assert lines[0] == "BAT003 pads-in-labels (batching)"
    assert [line for line in lines if line in HEADINGS] == list(HEADINGS)
    assert "\x1b" not in printed, "plain when piped"


def test_a_crash_is_explained_by_its_page_and_found_by_name_too(capsys):
    explain("CRA001")
    by_code = capsys.readouterr().out
    explain("unknown-argument")
    assert capsys.readouterr().out == by_code
    assert [line for line in by_code.splitlines() if line in crash.HEADINGS] == list(crash.HEADINGS)
    assert "got an unexpected keyword argument 'evaluation_strategy'" in by_code


def test_text_in_square_brackets_is_printed_as_it_is(capsys):
    explain("weights-of-another-size")
    assert "torch.Size([32128, 512])" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("written", "meant"),
    [("BAT03", "BAT0"), ("pads-in-label", "pads-in-labels"), ("cra01", "CRA0"), ("??", "lists them all")],
)
def test_an_unknown_code_is_an_error_that_names_the_nearest(written, meant):
    with pytest.raises(WorkupError, match=meant) as raised:
        explain(written)
    assert raised.value.exit_status == 2


def test_without_a_code_all_are_listed_by_stage(capsys):
    explain()
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == list(STAGES)
    for one in (*CATALOGUE, *CRASHES):
        assert f"  {one.code}  {one.summary}" in lines
    assert len(lines) == len(STAGES) + len(CATALOGUE) + len(CRASHES) + len(RULES)


def test_explaining_imports_nothing_heavy():
    code = (
        "import sys; from workup.cli.explain import explain; explain('BAT003'); explain(); "
        "sys.exit(bool({'torch', 'transformers', 'sklearn', 'numpy'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_it_is_a_verb_of_the_command_line(monkeypatch, capsys):
    app = typer.Typer()
    app.command()(explain)
    monkeypatch.setattr("workup.cli.app.app", app)
    monkeypatch.setattr(sys, "argv", ["workup", "NOP999"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "there is no check and no crash 'NOP999'" in capsys.readouterr().err


def test_a_rule_for_scripts_is_explained_and_a_name_it_shares_means_the_check(capsys):
    explain("SCR001")
    assert capsys.readouterr().out.startswith("SCR001 ")
    explain("pads-in-labels")
    assert capsys.readouterr().out.startswith("BAT003 ")

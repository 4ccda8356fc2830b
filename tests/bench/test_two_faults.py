"""The scripts with two faults are complete, and their sums are right."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT))

from bench.faults import table, two  # noqa: E402

from workup.examine.checks import CATALOGUE  # noqa: E402


def test_every_script_stands_in_the_table_once_and_there_are_enough():
    files = sorted((table.HERE / "two_faults").glob("*.py"))
    assert files == sorted(one.script for one in two.TWO)
    assert len(files) >= 12


@pytest.mark.parametrize("one", two.TWO, ids=lambda one: one.name)
def test_a_script_compiles_and_its_two_faults_are_different_ones_that_checks_name(one):
    text = one.script.read_text(encoding="utf-8")
    compile(text, one.name, "exec")
    assert text.rstrip().splitlines()[-1].startswith('print(f"exact match: ')
    assert not set(one.first) & set(one.second)
    assert {*one.first, *one.second} <= {check.code for check in CATALOGUE}


def test_a_fault_counts_as_found_and_as_proved_by_any_of_its_codes():
    one = two.TwoFaults("x", ("TRA004", "TRA007"), ("GEN001",))
    experiments = [{"cause": "GEN001", "proved": False}, {"cause": "TRA007", "proved": True}]
    result = {"causes": ["TRA007"], "experiments": experiments}
    assert two.found(one, result) == (True, False)
    assert two.proved(one, result) == (True, False)
    assert two.proved(one, {"causes": [], "experiments": experiments[:1]}) == (False, False)


def test_the_page_has_the_table_of_the_results(tmp_path, monkeypatch):
    page = two.PAGE.read_text(encoding="utf-8")
    monkeypatch.setattr(two, "PAGE", tmp_path / "page.md")
    two.PAGE.write_text(page, encoding="utf-8")
    two.show()
    assert two.PAGE.read_text(encoding="utf-8") == page, "run python -m bench.faults.two --show"

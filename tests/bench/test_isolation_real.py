"""The real searches plant what they say, and their page has the results."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT))

from bench.faults.running import setting  # noqa: E402

from bench import isolation_real as bench  # noqa: E402


@pytest.mark.parametrize("problem", bench.PROBLEMS, ids=lambda one: one.name)
def test_the_failing_recipe_differs_by_what_is_planted_and_six_harmless_changes(problem):
    good, bad = bench.pair(problem, setting(None))
    paths = {change.path for change in good.diff(bad)}
    assert set(problem.changes) <= paths
    assert len(paths - set(problem.changes)) == bench.DECOYS
    assert paths - set(problem.changes) <= set(bench.HARMLESS)


def test_there_are_enough_problems_and_some_without_a_fault():
    assert len(bench.PROBLEMS) >= 12
    assert sum(not one.changes for one in bench.PROBLEMS) >= 2


def test_only_the_planted_set_is_exact():
    problem = bench.Planted("x", {"a": 1, "b": 2})
    assert bench.is_exact(problem, {"culprits": ["a", "b"], "verdict": "culprit"})
    assert not bench.is_exact(problem, {"culprits": ["a"], "verdict": "culprit"})
    assert bench.is_exact(bench.Planted("x", {}), {"culprits": [], "verdict": "alike"})
    assert not bench.is_exact(bench.Planted("x", {}), {"culprits": [], "verdict": "inconclusive"})


def test_the_page_has_the_table_of_the_results(tmp_path, monkeypatch):
    page = bench.PAGE.read_text(encoding="utf-8")
    monkeypatch.setattr(bench, "PAGE", tmp_path / "page.md")
    bench.PAGE.write_text(page, encoding="utf-8")
    bench.show()
    assert bench.PAGE.read_text(encoding="utf-8") == page, "run python -m bench.isolation_real show"

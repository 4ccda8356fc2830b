import importlib.util
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).parent.parent.parent / "bench" / "isolation.py"


@pytest.fixture(scope="module")
def bench():
    specification = importlib.util.spec_from_file_location("isolation_bench", PATH)
    loaded = importlib.util.module_from_spec(specification)
    # Dataclasses look their module up.
    sys.modules[specification.name] = loaded
    specification.loader.exec_module(loaded)
    return loaded


def test_a_problem_is_the_same_whenever_it_is_drawn(bench):
    cell = bench.Cell("together", 12, 2.0)
    first, second = (bench.problem(cell, 3) for _ in range(2))
    assert first == second
    assert first.value(first.truth, 5) == second.value(second.truth, 5)


@pytest.mark.parametrize("settings", [6, 24])
@pytest.mark.parametrize("kind", ["one", "decoys", "together", "either", "sum", "three"])
def test_the_planted_culprits_alone_lower_the_metric_by_the_effect(bench, kind, settings):
    given = bench.problem(bench.Cell(kind, settings, 2.0), 0)
    assert sum(effect for term, effect in given.terms if term <= given.truth) == -2.0


@pytest.mark.parametrize("noise", ["normal", "shared", "heavy", "coarse"])
def test_the_noise_has_a_standard_deviation_of_about_one(bench, noise):
    given = bench.problem(bench.Cell("none", 6, 0.0, noise), 0)
    values = [given.value(frozenset(), seed) for seed in range(2000)]
    mean = sum(values) / len(values)
    assert (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5 == pytest.approx(1, abs=0.2)


def test_a_cell_counts_what_the_search_finds(bench):
    found = bench.run_cell("workup", bench.Cell("one", 6, 8.0), 3)
    assert (found["searches"], found["exact"], found["false"], found["inconclusive"]) == (3, 1.0, 0.0, 0.0)
    assert found["runs"] < 20


def test_the_page_has_the_table_of_the_results(bench, tmp_path, monkeypatch):
    page = bench.PAGE.read_text(encoding="utf-8")
    monkeypatch.setattr(bench, "PAGE", tmp_path / "page.md")
    bench.PAGE.write_text(page, encoding="utf-8")
    bench.show()
    assert bench.PAGE.read_text(encoding="utf-8") == page, "run bench/isolation.py show"

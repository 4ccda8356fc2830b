"""The scoring benchmark measures what it says, and its page has the results that were measured."""

import importlib.util
import json
from pathlib import Path

import pytest

from workup.pipeline.model import load

PATH = Path(__file__).parent.parent.parent / "bench" / "scoring.py"
ANSWERS = ["yellow", "black", "black as coal", "white"]


@pytest.fixture(scope="module")
def bench():
    specification = importlib.util.spec_from_file_location("scoring_bench", PATH)
    loaded = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(loaded)
    return loaded


@pytest.fixture
def methods(bench, tiny_t5):
    base = load(str(tiny_t5))
    return bench.Methods(base.model, base.tokenizer, ANSWERS)


def test_all_methods_are_measured_on_every_source_and_agree(bench, methods):
    found = bench.measure(methods, ["a lemon", "coal"], alone=1)
    assert {name: len(seconds) for name, seconds in found["seconds"].items()} == {
        bench.OURS: 2,
        bench.LIKELY: 2,
        bench.ALONE: 1,
        bench.BEAMS: 2,
        bench.GREEDY: 2,
    }
    assert found["answers"] == 4
    assert found["nodes"] < found["tokens"]
    assert found["error"] < 1e-4
    assert found["floor_error"] < 1e-4


def test_more_beams_than_answers_rank_them_as_their_probabilities_do(methods):
    assert methods.beams("a lemon") == (-methods.ours("a lemon")).argsort().tolist()


def test_the_sources_are_as_many_as_asked_for_and_differ(bench):
    texts = bench.validation_texts(20)
    assert len(set(texts)) == 20


def test_the_page_has_the_table_of_the_results(bench):
    page = bench.PAGE.read_text(encoding="utf-8")
    table = page.partition("<!-- table -->\n")[2].partition("\n<!-- end -->")[0]
    assert table.splitlines() == bench.page(json.loads(bench.RESULTS.read_text())), (
        "run bench/scoring.py show"
    )

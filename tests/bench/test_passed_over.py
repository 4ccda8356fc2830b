"""The benchmark of what is passed over counts what moved, and its page has the results that were measured."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[2]))

from bench import passed_over


def answers(probabilities, sets):
    given = {"form": "text", "engine": "float32", "passed_over": True, "nodes": 3.0}
    return {**given, "probabilities": np.array(probabilities), "sets": np.array(sets)}


def test_what_moved_is_counted_by_case():
    exact = answers([[0.6, 0.4], [0.9, 0.1]], [[True, True], [True, False]])
    found = passed_over.beside(answers([[0.45, 0.55], [0.91, 0.09]], [[True, True], [True, True]]), exact)
    assert (found["cases"], found["firsts"], found["sets"]) == (2, 1, 1)
    assert (found["mean"], found["most"]) == pytest.approx((0.08, 0.15))


def test_nodes_are_counted_and_read_as_they_are():
    plain = SimpleNamespace(
        by_threads=True, encode=lambda sources: sources, read=lambda trie, encoded, blocks: blocks
    )
    counting = passed_over.Counting(plain)
    blocks = {0: SimpleNamespace(asked=[0, 1]), 4: SimpleNamespace(asked=[2])}
    assert counting.read(None, counting.encode("ab"), blocks) is blocks
    assert counting.nodes == 3


def test_the_page_has_the_table_of_the_results():
    page = passed_over.PAGE.read_text(encoding="utf-8")
    assert passed_over.table(json.loads(passed_over.RESULTS.read_text())) in page

import io
import json

import pytest


def test_a_text_is_answered_and_the_notice_goes_beside_it(workup, learned_run):
    done = workup("predict", learned_run.folder, "a lemon from the market")
    assert done.out == "yellow\n"
    assert done.err == "A toy, not a painter.\n"


def test_standard_input_is_answered_line_by_line_in_order(workup, learned_run, monkeypatch):
    lines = "a lemon from the market\n\na coal from a garden\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    assert workup("predict", learned_run.folder, "-").out.splitlines() == ["yellow", "black"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("in.txt", "a lemon from the market\na coal from the north\n"),
        ("in.csv", "text\na lemon from the market\na coal from the north\n"),
        ("in.jsonl", '{"text": "a lemon from the market"}\n{"text": "a coal from the north"}\n'),
    ],
)
def test_files_are_answered_row_by_row(workup, learned_run, tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert workup("predict", learned_run.folder, name).out.splitlines() == ["yellow", "black"]


def test_json_carries_every_candidate_and_the_notice(workup, learned_run):
    answer = json.loads(workup("predict", learned_run.folder, "a sky", "-n", 3, "--json").out)
    scores = [candidate["log_probability"] for candidate in answer["answers"]]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    assert answer["notice"] == "A toy, not a painter."

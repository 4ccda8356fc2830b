import json

import pytest

from workup.data.export import write_rows
from workup.data.rows import Row
from workup.errors import DataError


def test_rows_come_back_as_they_were(tmp_path):
    rows = [Row({"text": "älter", "n": 1, "list": ["a"]}, "x:1"), Row({"text": "b"}, "x:2")]
    seen = []
    assert write_rows(rows, tmp_path / "sub" / "out.jsonl", seen.append) == 2
    lines = (tmp_path / "sub" / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [dict(row.values) for row in rows]
    assert seen == [1, 2]


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "out.jsonl").write_text("mine")
    with pytest.raises(DataError, match="nothing is written over"):
        write_rows([], tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_text() == "mine"


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"ends in \.jsonl"):
        write_rows([], tmp_path / "out.csv")


def test_a_break_in_the_middle_leaves_no_half_file(tmp_path):
    def broken():
        yield Row({"a": 1}, "x:1")
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError):
        write_rows(broken(), tmp_path / "out.jsonl")
    assert list(tmp_path.iterdir()) == []

import datetime
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workup.data.export import write_rows
from workup.data.rows import Row
from workup.data.sources import stream
from workup.errors import DataError


def test_rows_come_back_as_they_were(tmp_path):
    rows = [Row({"text": "älter", "n": 1, "list": ["a"]}, "x:1"), Row({"text": "b"}, "x:2")]
    seen = []
    assert write_rows(rows, tmp_path / "sub" / "out.jsonl", seen.append) == 2
    lines = (tmp_path / "sub" / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [dict(row.values) for row in rows]
    assert seen == [1, 2]


def test_dates_and_times_of_a_parquet_file_are_written_in_iso_8601(tmp_path):
    day = datetime.datetime(2024, 3, 12, 8, 30)
    columns = {"day": [day.date()], "moment": [day], "hour": [day.time()], "days": [[day.date()]]}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    write_rows(stream(str(tmp_path / "a.parquet")), tmp_path / "out.jsonl")
    assert json.loads((tmp_path / "out.jsonl").read_text()) == {
        "day": "2024-03-12",
        "moment": "2024-03-12T08:30:00",
        "hour": "08:30:00",
        "days": ["2024-03-12"],
    }


@pytest.mark.parametrize("cell", [b"\x89PNG", [b"x"], {"bytes": b"x"}])
def test_bytes_are_refused_with_file_row_and_column(tmp_path, cell):
    pq.write_table(pa.table({"text": ["a", "b"], "scan": [None, cell]}), tmp_path / "a.parquet")
    with pytest.raises(
        DataError, match=r"a\.parquet: row 2: scan: .* \(it holds bytes\); take the column out"
    ):
        write_rows(stream(str(tmp_path / "a.parquet")), tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()


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

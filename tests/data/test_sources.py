import json

import pytest

from workup.data.rows import BadRow, Row
from workup.data.sources import read, stream
from workup.errors import DataError


def test_csv_rows_know_their_lines_even_after_a_quoted_line_break(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('q,a\n"two\nlines",x\nplain,y\n', encoding="utf-8")
    rows = read(str(path))
    assert [row.place for row in rows] == [f"{path}:2", f"{path}:4"]
    assert rows[0].values == {"q": "two\nlines", "a": "x"}


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("\ufeffq,a\n1,2\n".encode())
    assert read(str(path))[0].values == {"q": "1", "a": "2"}


def test_tsv_jsonl_and_parquet_give_the_same_rows(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    (tmp_path / "a.tsv").write_text("q\ta\nx\ty\n")
    (tmp_path / "a.jsonl").write_text('{"q": "x", "a": "y"}\n\n')
    pq.write_table(pa.table({"q": ["x"], "a": ["y"]}), tmp_path / "a.parquet")
    for name in ("a.tsv", "a.jsonl", "a.parquet"):
        assert [dict(row.values) for row in read(str(tmp_path / name))] == [{"q": "x", "a": "y"}]


def test_a_folder_saved_by_datasets_gives_its_split_as_a_column(tmp_path):
    import datasets

    table = datasets.Dataset.from_dict({"q": ["x"]})
    datasets.DatasetDict({"train": table, "validation": table}).save_to_disk(str(tmp_path / "d"))
    assert [row.values["split"] for row in read(str(tmp_path / "d"))] == ["train", "validation"]


def test_an_installed_source_is_found_by_its_name():
    assert read("clinic")[0].values["use"] in {"train", "validation"}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"q,a\ncaf\xe9,1\n", r"a\.csv:2: not UTF-8 \(byte 0xe9 at column 4\).*iconv"),
        ("a.csv", b"q,a\n1,2,3\n", r"a\.csv:2: 3 cells where the header has 2"),
        ("a.csv", b'q,a\n"x" y,2\n', r"a\.csv:2: broken quoting"),
        ("a.csv", b"q,q\n1,2\n", r"a\.csv:1: column 'q' stands twice"),
        ("a.csv", b"q,a\n", "holds no rows"),
        ("a.csv", b"", "holds no rows"),
        ("a.jsonl", b'{"q": 1}\n{"q": \n', r"a\.jsonl:2: not JSON"),
        ("a.jsonl", b"[1, 2]\n", r"a\.jsonl:1: a line must be one JSON object, got list"),
        ("a.parquet", b"nonsense", "not a readable parquet file"),
        ("a.xlsx", b"PK", r"files of type '\.xlsx' are not read; use \.csv"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_error_with_its_place(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message):
        read(str(tmp_path / name))


def test_a_name_that_is_nothing_gets_the_nearest_one(tmp_path):
    (tmp_path / "rows.csv").write_text("q\n1\n")
    with pytest.raises(DataError, match=r"did you mean '.*rows\.csv'"):
        read(str(tmp_path / "row.csv"))
    with pytest.raises(DataError, match="did you mean 'clinic'"):
        read("clinc")


def test_a_folder_that_is_no_data_set_is_an_error(tmp_path):
    with pytest.raises(DataError, match="save_to_disk"):
        read(str(tmp_path))


def test_json_nan_reaches_the_reader_as_a_missing_value(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"q": float("nan")}) + "\n")
    assert read(str(tmp_path / "a.jsonl"))[0].values["q"] != read(str(tmp_path / "a.jsonl"))[0].values["q"]


@pytest.mark.parametrize(
    ("name", "content", "bad_lines"),
    [
        ("a.csv", b'q,a\n1,2\n1,2,3\n"x" y,2\ncaf\xe9,1\n3,4\n', [3, 4, 5]),
        ("a.jsonl", b'{"q": 1}\n{"q": \n\n{"q": "\xe9"}\n[1]\n{"q": 2}\n', [2, 4, 5]),
    ],
)
def test_reading_goes_on_after_a_bad_line(tmp_path, name, content, bad_lines):
    (tmp_path / name).write_bytes(content)
    records = list(stream(str(tmp_path / name)))
    assert [record.place for record in records if isinstance(record, BadRow)] == [
        f"{tmp_path / name}:{line}" for line in bad_lines
    ]
    assert isinstance(records[0], Row)
    assert isinstance(records[-1], Row)


def test_a_file_is_read_no_further_than_asked(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"q": 1}\n' * 100_000)
    records = stream(str(path))
    assert next(records).place == f"{path}:1"

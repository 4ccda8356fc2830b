import math

import pytest

from workup.data.rows import (
    BadRow,
    Row,
    as_text,
    is_missing,
    refuse,
    rename,
    require_columns,
    require_values,
    separate,
)
from workup.errors import DataError


@pytest.mark.parametrize("value", [None, math.nan, "", "  ", "nan", "NaN", "<NA>", [], ()])
def test_nothing_is_missing(value):
    assert is_missing(value)


@pytest.mark.parametrize("value", ["none", "None", "0", 0, False, "n/a", ["a"], "nano"])
def test_answers_that_look_like_nothing_are_not_missing(value):
    assert not is_missing(value)


@pytest.mark.parametrize(
    ("value", "text"), [("  a b ", "a b"), (3.0, "3"), (3.5, "3.5"), (["a", "b"], "a, b"), (True, "True")]
)
def test_cells_as_text(value, text):
    assert as_text(value) == text


def test_renamed_columns_keep_their_old_name_too():
    row = rename([Row({"Frage": "x"}, "f:1")], {"text": "Frage"})[0]
    assert (row.values["text"], row.values["Frage"]) == ("x", "x")


def test_a_missing_column_is_named_with_its_user_and_the_nearest_column():
    with pytest.raises(
        DataError, match=r"f\.csv has no column 'ouput', which target\.template uses; did you mean 'output'"
    ):
        require_columns(
            [Row({"input": "a", "output": "b"}, "f.csv:2")], {"ouput": "target.template"}, "f.csv"
        )


def test_a_row_without_a_needed_value_is_bad_and_says_why():
    row = Row({"input": "x", "output": math.nan}, "f.csv:2")
    assert require_values(row, ["input"]) is row
    assert str(require_values(row, ["input", "output"])) == "f.csv:2: output: empty or NaN"


def test_bad_rows_are_listed_with_their_places_and_counted():
    bad = [BadRow(f"f.csv:{n}", "output", "empty or NaN") for n in range(2, 14)]
    with pytest.raises(DataError) as caught:
        refuse(bad, allowed=11)
    lines = str(caught.value).splitlines()
    assert lines[0] == "f.csv:2: output: empty or NaN"
    assert lines[10] == "... and 2 more"
    assert lines[11].endswith("--skip-bad 12")


def test_as_many_bad_rows_as_are_allowed_pass():
    refuse([BadRow("f.csv:2", "output", "empty or NaN")], allowed=1)


def test_rows_and_bad_rows_are_told_apart_in_their_order():
    row, bad = Row({}, "f:1"), BadRow("f:2", "", "not JSON")
    assert separate([bad, row, bad]) == ([row], [bad, bad])

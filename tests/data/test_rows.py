import math

import pytest

from workup.data.rows import Row, as_text, is_missing, rename, require_columns, require_values
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


def test_empty_cells_are_listed_with_their_places_and_counted():
    rows = [Row({"output": math.nan}, f"f.csv:{n}") for n in range(2, 14)]
    with pytest.raises(DataError) as caught:
        require_values(rows, ["output"])
    lines = str(caught.value).splitlines()
    assert lines[0] == "f.csv:2: column 'output' is empty or NaN"
    assert lines[10] == "... and 2 more"

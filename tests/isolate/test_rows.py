import pytest

from colour_task import colour_rows, write_csv
from workup.data.sources import read
from workup.errors import RecipeError
from workup.isolate.differences import Side
from workup.isolate.isolating import isolate
from workup.isolate.rows import RowsPair


def pair(recipe, tmp_path, bad_rows, slices):
    bad = write_csv(tmp_path / "bad.csv", bad_rows)
    return RowsPair(Side(recipe), Side(recipe.change("data.source", str(bad))), tmp_path, slices)


def values(recipe):
    return [dict(row.values) for row in read(recipe.data.source)]


def test_rows_changed_in_place_become_slices_of_nearly_the_same_size(colour_recipe, tmp_path):
    rows = [{**row, "colour": "grey"} if 4 <= n < 14 else row for n, row in enumerate(colour_rows())]
    halves = pair(colour_recipe, tmp_path, rows, 3)
    assert [one.name for one in halves.differences] == ["rows.5-7", "rows.8-10", "rows.11-14"]
    mixed = values(halves.mixed(["rows.8-10"]).recipe)
    assert [n for n, row in enumerate(mixed) if row["colour"] == "grey"] == [7, 8, 9]


def test_no_slice_is_the_working_file_and_all_are_the_failing_one(colour_recipe, tmp_path):
    rows = [{**row, "colour": "grey"} for row in colour_rows()]
    both = pair(colour_recipe, tmp_path, rows, 2)
    names = [one.name for one in both.differences]
    assert both.mixed([]).recipe == both.good.recipe
    assert both.mixed(names).recipe == both.bad.recipe


@pytest.mark.parametrize("slices", [1, 2, 5, 100])
def test_added_and_removed_rows_are_found_and_can_be_taken_back(colour_recipe, tmp_path, slices):
    rows = colour_rows()
    extra = [{**row, "id": f"new-{row['id']}"} for row in rows[:3]]
    changed = [*rows[2:10], *extra, *rows[10:]]
    both = pair(colour_recipe, tmp_path, changed, slices)
    assert len(both.differences) == min(slices, 5)
    names = [one.name for one in both.differences]
    assert len(set(names)) == len(names)
    assert values(both.mixed(names).recipe) == [dict(row) for row in changed]
    for name in names:
        without = (
            values(both.mixed(set(names) - {name}).recipe) if len(names) > 1 else values(both.good.recipe)
        )
        assert without != [dict(row) for row in changed]


def test_one_data_set_has_no_rows_to_tell_apart(colour_recipe, tmp_path):
    side = Side(colour_recipe)
    with pytest.raises(RecipeError, match="no rows to tell apart"):
        RowsPair(side, Side(colour_recipe.change("training.epochs", 1)), tmp_path, 4)


def test_the_guilty_slice_of_the_data_is_named(colour_recipe, colours, tmp_path):
    rows = [dict(row) for row in colour_rows()]
    for row in rows[:12]:
        row["colour"] = "a colour that is not to be said"
    for row in rows[12:]:
        row["id"] = f"renamed-{row['id']}"
    bad = write_csv(tmp_path / "bad.csv", rows)
    both = RowsPair(
        Side(colour_recipe),
        Side(colour_recipe.change("data.source", str(bad))),
        tmp_path / "out",
        2,
        str(colours),
        answered=False,
    )
    result = isolate(both, tmp_path / "out", metric="loss", lower_is_better=True)
    assert [one.name for one in result.culprits] == ["rows.1-12"]
    mended = values(result.mended.recipe)
    assert [row["id"].startswith("renamed") for row in mended] == [False] * 12 + [True] * 12
    assert not [row for row in mended if row["colour"].startswith("a colour")]

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colour_task import write_csv
from workup.data import overlap
from workup.data.splits import load, load_test
from workup.errors import DataError
from workup.recipe import Data

NEEDS = {"text": "prompt.template", "answer": "target.template"}


def rows(count, **columns):
    return [
        {"text": f"t{n}", "answer": f"a{n}", **{name: value(n) for name, value in columns.items()}}
        for n in range(count)
    ]


def texts(side):
    return [row.values["text"] for row in side]


def test_a_fraction_is_held_out_reproducibly_and_every_row_stands_on_one_side(tmp_path):
    data = Data(source=str(write_csv(tmp_path / "a.csv", rows(50))), validation_fraction=0.2)
    split = load(data, NEEDS)
    assert len(split.validation) == 10
    assert sorted(texts(split.train) + texts(split.validation)) == sorted(f"t{n}" for n in range(50))
    assert texts(load(data, NEEDS).validation) == texts(split.validation)
    assert texts(load(data.model_copy(update={"seed": 1}), NEEDS).validation) != texts(split.validation)


@given(groups=st.integers(2, 12), seed=st.integers(0, 5), fraction=st.floats(0.05, 0.9))
def test_no_group_ever_stands_on_both_sides(tmp_path_factory, groups, seed, fraction):
    path = write_csv(tmp_path_factory.mktemp("s") / "a.csv", rows(30, who=lambda n: f"g{n % groups}"))
    split = load(Data(source=str(path), group="who", validation_fraction=fraction, seed=seed), NEEDS)
    sides = [{row.values["who"] for row in side} for side in (split.train, split.validation)]
    assert sides[0]
    assert sides[1]
    assert not sides[0] & sides[1]


def test_a_column_divides_the_rows_and_tests_are_left_out(tmp_path):
    path = write_csv(tmp_path / "a.csv", rows(6, use=lambda n: ["train", "dev", "test"][n % 3]))
    split = load(Data(source=str(path), split="column", split_column="use"), NEEDS)
    assert (texts(split.train), texts(split.validation), split.left_out) == (["t0", "t3"], ["t1", "t4"], 2)


def test_a_word_that_names_no_side_is_an_error_with_its_line(tmp_path):
    path = write_csv(tmp_path / "a.csv", rows(2, use=lambda n: ["train", "later"][n]))
    with pytest.raises(DataError, match=r"a\.csv:3: column 'use' says 'later'"):
        load(Data(source=str(path), split="column", split_column="use"), NEEDS)


def test_a_side_without_rows_is_an_error(tmp_path):
    path = write_csv(tmp_path / "a.csv", rows(2, use=lambda n: "train"))
    with pytest.raises(DataError, match="marks no row as validation"):
        load(Data(source=str(path), split="column", split_column="use"), NEEDS)
    with pytest.raises(DataError, match="cannot be divided"):
        load(Data(source=str(write_csv(tmp_path / "b.csv", rows(1)))), NEEDS)


def test_a_second_source_gives_the_validation_rows(tmp_path):
    train, validation = write_csv(tmp_path / "a.csv", rows(4)), write_csv(tmp_path / "b.csv", rows(2))
    split = load(Data(source=str(train), split="source", validation_source=str(validation)), NEEDS)
    assert (len(split.train), len(split.validation)) == (4, 2)


def test_a_limit_draws_training_rows_and_leaves_validation_alone(tmp_path):
    path = write_csv(tmp_path / "a.csv", rows(50))
    full = load(Data(source=str(path)), NEEDS)
    limited = load(Data(source=str(path), limit=7), NEEDS)
    assert len(limited.train) == 7
    assert set(texts(limited.train)) < set(texts(full.train))
    assert texts(limited.validation) == texts(full.validation)


def test_columns_can_have_other_names_in_the_data(tmp_path):
    path = write_csv(tmp_path / "a.csv", [{"Frage": "x", "Antwort": "y"}] * 3)
    split = load(Data(source=str(path), columns={"text": "Frage", "answer": "Antwort"}, split="none"), NEEDS)
    assert split.train[0].values["answer"] == "y"


@pytest.mark.parametrize("argument", ["group", "accepted", "strata"])
def test_every_column_a_recipe_names_must_exist(tmp_path, argument):
    path = write_csv(tmp_path / "a.csv", rows(3))
    with pytest.raises(DataError, match=f"no column 'nowhere', which data.{argument} uses"):
        load(Data(source=str(path), **{argument: "nowhere"}), NEEDS)


def test_an_empty_target_is_an_error_with_its_line(tmp_path):
    (tmp_path / "a.csv").write_text("text,answer\nx,y\nz,\n")
    with pytest.raises(DataError, match=r"a\.csv:3: answer: empty"):
        load(Data(source=str(tmp_path / "a.csv")), NEEDS)


def test_other_test_data_needs_only_the_columns_of_the_templates(tmp_path):
    path = write_csv(tmp_path / "b.csv", rows(3))
    data = Data(source="unused.csv", group="who", accepted="also", strata="kind")
    assert len(load_test(data, str(path), NEEDS)) == 3


def test_bad_rows_are_dropped_only_as_far_as_the_recipe_allows(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text,answer\nx,y\nz,\nu,v,w\np,q\n")
    with pytest.raises(DataError, match="These 2 rows cannot be used"):
        load(Data(source=str(path), skip_bad=1), NEEDS)
    split = load(Data(source=str(path), skip_bad=2, split="none"), NEEDS)
    assert texts(split.train) == ["x", "p"]
    assert [bad.place for bad in split.skipped] == [f"{path}:4", f"{path}:3"]


def test_a_test_never_loses_a_row(tmp_path):
    (tmp_path / "b.csv").write_text("text,answer\nx,y\nz,\n")
    with pytest.raises(DataError, match=r"b\.csv:3: answer: empty"):
        load_test(Data(source="unused.csv", skip_bad=5), str(tmp_path / "b.csv"), NEEDS)


def test_an_extra_source_is_trained_on_beside_a_limited_one_and_never_validated_on(tmp_path):
    path, extra = write_csv(tmp_path / "a.csv", rows(20)), write_csv(tmp_path / "b.csv", rows(3, who=str))
    split = load(Data(source=str(path), limit=4, extra_source=str(extra)), NEEDS)
    assert (len(split.train), len(split.validation)) == (7, 4)
    assert all("who" in row.values for row in split.train[4:])


def sides_share(tmp_path, table, together):
    path = write_csv(tmp_path / "a.csv", table)
    split = load(Data(source=str(path), keep_together=together, validation_fraction=0.3), NEEDS)
    return {pair.kind for pair in overlap.between(texts(split.validation), texts(split.train))}


def test_near_copies_are_kept_on_one_side_on_demand(tmp_path):
    table = [
        {"text": f"a {kind} case on day {day} of the {kind} illness", "answer": "a"}
        for kind in ("long", "purple", "unheard-of", "xylophonic", "quizzical")
        for day in range(6)
    ]
    assert sides_share(tmp_path, table, "none") == {"normalised"}
    assert sides_share(tmp_path, table, "copies") == set()


def test_rows_of_one_template_are_kept_on_one_side_on_demand(tmp_path):
    asked = ("What is the {} that you have?", "Where did the {} go and why?", "When will I be with my {}?")
    things = ("xylophone", "big purple cat", "quadratic formula", "old umbrella of mine", "jam")
    table = [{"text": ask.format(thing), "answer": "a"} for ask in asked for thing in things]
    assert sides_share(tmp_path, table, "copies") == {"template"}
    assert sides_share(tmp_path, table, "templates") == set()

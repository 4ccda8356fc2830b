import pytest

from workup.examine.subject import Generated
from workup.recipe import Data, Recipe
from workup.walkthrough.counting import change, headline, ids, is_right, lines, loops, right, short


def said(source, text, expected="clean the disc", ids=(0, 5, 1)):
    return Generated(source, ids, text, expected)


def test_right_answers_are_counted_before_and_after():
    told = right([said("a", "true the rim"), said("b", "")], [said("a", "clean the disc"), said("b", "")])
    assert (str(told.before), str(told.after)) == ("0 of 2", "1 of 2")
    assert is_right(said("a", " clean the disc "))


@pytest.mark.parametrize(
    ("text", "is_loop"),
    [("the the the the the the", True), ("clean the disc of the front brake", False), ("the the", False)],
)
def test_a_loop_is_one_passage_again_and_again(text, is_loop):
    assert loops(said("a", text)) is is_loop


def test_lines_show_different_answers_first():
    before = [said("order: a", "x"), said("order: b", "x"), said("order: c", "y"), said("order: d", "z")]
    after = [said("order: a", "1"), said("order: b", "1"), said("order: c", "2"), said("order: d", "3")]
    assert [line.given for line in lines(before, after, "order: ")] == ["a", "c", "d"]


def test_lines_of_answers_that_are_all_alike_are_shown_too():
    before, after = [said("a", "x"), said("b", "x")], [said("a", "y"), said("b", "y")]
    assert [(line.given, line.before, line.after) for line in lines(before, after, "")] == [
        ("a", "x", "y"),
        ("b", "x", "y"),
    ]


def test_long_and_empty_texts_fit_into_a_table():
    assert short("  ") == "(nothing)"
    assert short("a" * 500).endswith("a…")
    assert len(short("a" * 500)) == 64
    assert headline(ValueError("first line\nsecond")) == "ValueError: first line"


def test_ids_that_say_nothing_are_shown_as_they_are():
    assert ids(said("a", "", ids=(0,) * 20)) == "[0, 0, 0, 0, 0, 0, 0, 0, …]"
    assert ids(said("a", "", ids=(0, 1))) == "[0, 1]"


def test_a_change_is_told_as_options_of_the_command_line():
    recipe = Recipe(base="builtin", data=Data(source="rows.jsonl"))
    other = recipe.change("tokens.append_eos", False)
    assert change(other, recipe) == "--set tokens.append_eos=true"

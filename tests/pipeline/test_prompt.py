import pytest
from hypothesis import given
from hypothesis import strategies as st

from workup.data.rows import Row
from workup.errors import RecipeError
from workup.pipeline.prompt import Prompt, Template, to_examples
from workup.recipe import Data, Recipe

BOTH = Template("Diagnosis: {diagnosis} | DD: {differential}")


def test_a_template_is_filled_with_lists_joined():
    assert BOTH.fill({"diagnosis": "A", "differential": ["B", "C"]}) == "Diagnosis: A | DD: B, C"


def test_a_generated_text_is_read_back_into_fields():
    assert BOTH.parse("Diagnosis: A b | DD: B, C") == {"diagnosis": "A b", "differential": "B, C"}


def test_spacing_that_a_tokenizer_changed_does_not_matter():
    assert BOTH.parse("Diagnosis:A | DD:  B") == {"diagnosis": "A", "differential": "B"}


def test_a_text_that_breaks_off_gives_the_fields_it_reached():
    assert BOTH.parse("Diagnosis: A |") == {"diagnosis": "A |"}
    assert BOTH.parse("no idea") == {"diagnosis": "no idea"}


word = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=8)


@given(diagnosis=word, differential=word)
def test_parse_is_the_inverse_of_fill(diagnosis, differential):
    values = {"diagnosis": diagnosis, "differential": differential}
    assert BOTH.parse(BOTH.fill(values)) == values


@pytest.mark.parametrize("text", ["{", "{a", "no field", "{}", "{a b}", "{a.b}", "{0!r:>{w}}"])
def test_a_template_without_plain_names_in_braces_is_refused(text):
    with pytest.raises(RecipeError, match="template"):
        _ = Template(text).fields


def test_examples_carry_prefix_template_answers_and_group():
    recipe = Recipe(base="builtin", data=Data(source="x", group="who", accepted="also"))
    recipe = (
        recipe.change("prompt.prefix", "ask: ")
        .change("prompt.template", "{q}?")
        .change("target.template", "{a}")
    )
    row = Row({"id": "7", "q": "why", "a": "so", "also": ["thus", "so"], "who": "g"}, "f:2")
    example = to_examples([row], recipe)[0]
    assert (example.id, example.source, example.target, example.content) == ("7", "ask: why?", "so", "why")
    assert (example.answers, example.group) == (("so", "thus"), "g")


def test_a_row_without_id_is_known_by_its_place():
    recipe = Recipe(base="builtin", data=Data(source="x"))
    assert to_examples([Row({"input": "a", "output": "b"}, "f.csv:9")], recipe)[0].id == "f.csv:9"


def test_a_text_alone_can_only_fill_a_template_with_one_field():
    assert Prompt("p: ", Template("{q}!")).source_of_text("x") == "p: x!"
    with pytest.raises(RecipeError, match="reads 2 fields"):
        Prompt("", Template("{q} {r}")).source_of_text("x")

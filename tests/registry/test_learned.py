import json

import pytest

from workup.errors import RegistryError
from workup.registry.learned import LEARNED, Learned, LearnedItem

ITEMS = (
    LearnedItem("a" * 64, 1, "Gout", "St Ann", ("Ann", "Bea")),
    LearnedItem("b" * 64, 2, "Migraine", "St Bea", ("Bea", "Cyd")),
)
LEARNED_ONCE = Learned("replay", "general@1", 40, {"base": "builtin"}, ITEMS, 1)


def test_what_was_written_is_read(tmp_path):
    (tmp_path / LEARNED).write_text(json.dumps(LEARNED_ONCE.to_json()))
    assert Learned.load(tmp_path) == LEARNED_ONCE


def test_a_run_of_a_recipe_learned_no_case(tmp_path):
    assert Learned.load(tmp_path) is None


def test_it_is_told_with_everybody_who_agreed():
    assert str(LEARNED_ONCE) == (
        "2 released cases, 1 of them new since general@1 (replay); agreed on by Ann, Bea, Cyd"
    )


@pytest.mark.parametrize("text", ["{", "{}", '{"format": 99}', '{"format": 1, "items": [{}]}'])
def test_a_damaged_file_is_named(tmp_path, text):
    (tmp_path / LEARNED).write_text(text)
    with pytest.raises(RegistryError, match=r"learned.json cannot be read .* from a backup"):
        Learned.load(tmp_path)

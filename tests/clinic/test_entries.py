from typing import Annotated

import pytest
from pydantic import Field

from workup.clinic.entries import Entry, Faulty, parse, parse_sound


class Leaf(Entry):
    name: str
    size: int = 0


class Branch(Entry):
    name: str
    leaves: tuple[Leaf, ...]


class Tree(Entry):
    branches: tuple[Branch, ...]


class LeafyBranch(Branch):
    leaves: Annotated[tuple[Leaf, ...], Field(min_length=1)]


class LeafyTree(Entry):
    branches: Annotated[tuple[LeafyBranch, ...], Field(min_length=1)]


SOUND = """
branches:
  - name: low
    leaves:
      - {name: a}
      - name: b
        size: 2
      - {name: c}
  - name: high
    leaves:
      - {name: d}
"""
LISTS = ("branches", "leaves")


def sound(text):
    return parse_sound(text, "x.yaml", Tree, LISTS)


def left(parsed):
    return {branch.name: [leaf.name for leaf in branch.leaves] for branch in parsed.sound.branches}


def test_a_sound_file_is_whole():
    parsed = sound(SOUND)
    assert (parsed.faults, left(parsed)) == ([], {"low": ["a", "b", "c"], "high": ["d"]})
    assert parsed.sound == parse(SOUND, "x.yaml", Tree)
    assert parsed.lines.whole("branches", 0)


def test_a_faulty_item_is_left_out_alone_and_the_others_keep_their_lines():
    parsed = sound(SOUND.replace("size: 2", "size: two"))
    assert [(fault.place, fault.field) for fault in parsed.faults] == [
        ("x.yaml:7", "branches.0.leaves.1.size")
    ]
    assert left(parsed) == {"low": ["a", "c"], "high": ["d"]}
    assert parsed.lines.of("branches", 0, "leaves", 1) == 8
    assert [parsed.lines.whole("branches", number) for number in (0, 1)] == [False, True]


def test_a_faulty_item_takes_along_what_it_holds():
    parsed = sound(SOUND.replace("name: low", "nome: low").replace("{name: a}", "{nome: a}"))
    assert {fault.field for fault in parsed.faults} >= {"branches.0.nome", "branches.0.leaves.0.nome"}
    assert left(parsed) == {"high": ["d"]}
    assert parsed.lines.of("branches", 0) == 9


def test_items_at_the_ends_of_a_list_can_all_be_left_out():
    parsed = sound(SOUND.replace("{name: a}", "a").replace("{name: c}", "c"))
    assert left(parsed) == {"low": ["b"], "high": ["d"]}
    assert parsed.lines.of("branches", 0, "leaves", 0, "size") == 7


def test_a_file_whose_items_all_hold_a_fault_keeps_the_rest_of_them():
    text = SOUND.replace("{name: a}", "{}").replace("- {name: d}", "- {name: d}\n      - {}")
    parsed = parse_sound(text, "x.yaml", LeafyTree, LISTS)
    assert [fault.field for fault in parsed.faults] == [
        "branches.0.leaves.0.name",
        "branches.1.leaves.1.name",
    ]
    assert left(parsed) == {"low": ["b", "c"], "high": ["d"]}


def test_a_list_that_must_not_be_empty_takes_its_owner_along():
    parsed = parse_sound(
        SOUND.replace("{name: a}", "{}").replace("{name: d}", "{}"), "x.yaml", LeafyTree, LISTS
    )
    assert [fault.field for fault in parsed.faults] == [f"branches.{n}.leaves.0.name" for n in (0, 1)]
    assert left(parsed) == {"low": ["b", "c"]}


@pytest.mark.parametrize(
    "text",
    ["", "- a", "branches: a", SOUND + "more: 1", "branches: []\nmore: 1", "a: [", "[a]: 1", "a: 2024-06-31"],
)
def test_of_some_files_nothing_can_be_used(text):
    parsed = sound(text)
    assert parsed.sound is None
    assert all(fault.place.startswith("x.yaml:") for fault in parsed.faults)
    with pytest.raises(Faulty):
        parse(text, "x.yaml", Tree)

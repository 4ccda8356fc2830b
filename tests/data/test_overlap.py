import random

from hypothesis import given
from hypothesis import strategies as st

from workup.data import overlap
from workup.data.overlap import between, count, distinct, groups, joined, within

A = [
    "Fever for 3 days, productive cough, pleuritic pain.",
    "A hard lump in the left breast with dimpled skin and a fixed node.",
    "Symptoms: itching. Signs: wheals. Labs: IgE 300. What is the diagnosis?",
    "Nothing else is like this one at all.",
]
B = [
    "Symptoms: thirst. Signs: dry skin. Labs: glucose 320. What is the diagnosis?",
    "A hard lump in the right breast with dimpled skin and a fixed node.",
    "fever for 7 days; productive cough, pleuritic pain",
    A[0].replace("3", "4"),
]


def test_each_text_is_paired_with_its_strongest_relation():
    assert [(p.index, p.other, p.kind) for p in between(A, B)] == [
        (0, 2, "normalised"),
        (1, 1, "near"),
        (2, 0, "template"),
    ]
    assert count(between(A, B)) == {"exact": 0, "normalised": 1, "near": 1, "template": 1}


def test_many_processes_find_what_one_finds(monkeypatch):
    alone = between(A * 3, B)
    monkeypatch.setattr(overlap, "_CHUNK", 5)
    assert between(A * 3, B) == alone


def test_within_a_set_each_text_is_compared_with_the_earlier_ones():
    assert [(p.index, p.other, p.kind) for p in within([*A, A[1], B[1]])] == [(4, 1, "exact"), (5, 1, "near")]


def symptom_table(rows, different):
    """Rows of 3 to 17 symptoms each, of which only `different` differ, in random order."""
    rng = random.Random(0)
    places = ("skin", "joint", "chest", "back", "eye", "ear", "neck")
    kinds = ("pain", "rash", "itching", "swelling", "stiffness", "numbness", "weakness")
    symptoms = [f"{place} {kind}" for place in places for kind in kinds]
    made = {", ".join(rng.sample(symptoms, rng.randint(3, 17))) for _ in range(different * 2)}
    patterns = sorted(made)[:different]
    table = patterns + rng.choices(patterns, k=rows - different)
    rng.shuffle(table)
    return table


def test_a_table_of_4920_rows_is_seen_to_hold_304():
    table = symptom_table(4920, 304)
    assert distinct(table).texts == 4920
    assert distinct(table).exact == 304
    assert count(within(table))["exact"] == 4920 - 304


def test_a_random_split_of_such_a_table_leaks_and_a_grouped_one_cannot():
    table = symptom_table(600, 60)
    assert len(between(table[:120], table[120:])) == 120
    numbers = groups(table, templates=False)
    held_out = [text for text, number in zip(table, numbers, strict=True) if number % 5 == 0]
    trained = [text for text, number in zip(table, numbers, strict=True) if number % 5]
    assert held_out
    assert not between(held_out, trained)


def test_templates_group_texts_only_on_demand():
    texts = [A[2], B[0], A[3]]
    assert len(set(groups(texts, templates=False))) == 3
    assert len(set(groups(texts, templates=True))) == 2


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30))
def test_rows_equal_in_any_key_share_a_group(keys):
    first, second = zip(*keys, strict=True)
    numbers = joined([first, second])
    for i in range(len(keys)):
        for j in range(i):
            if keys[i][0] == keys[j][0] or keys[i][1] == keys[j][1]:
                assert numbers[i] == numbers[j]


def test_rows_that_nothing_connects_stay_apart():
    assert len(set(joined([["a", "b", "c", "a"], [1, 2, 3, 2]]))) == 2


def test_no_texts_overlap_nothing():
    assert between([], A) == []
    assert between(A, []) == []
    assert within([]) == []

from collections import Counter

from workup.clinic.assess.generated import EACH, generated


def test_every_known_condition_of_the_book_gets_as_many_texts_and_no_other_any():
    told = list(generated(["Gout", "Migraine", "a condition of my own"]))
    assert Counter(name for _, name in told) == {"Gout": EACH, "Migraine": EACH}
    assert len({text for text, _ in told}) > 1.9 * EACH


def test_the_texts_are_the_same_whatever_else_is_known():
    alone = list(generated(["Gout"]))
    assert alone == [one for one in generated(["Migraine", "Gout"]) if one[1] == "Gout"]

import json

import pytest

from workup.data.rows import Example
from workup.errors import RunError
from workup.evaluation.confusion import UNKNOWN, confusions, kept_verdicts
from workup.evaluation.evaluate import Verdict

ALIASES = {"crimson": ("crimson", "deep red"), "scarlet": ("scarlet",), "navy": ("navy", "dark blue")}
FAMILY = {"crimson": "red", "scarlet": "red", "navy": "blue"}


def example(answer):
    return Example("", "", answer, "", ALIASES[answer], "", {"family": FAMILY[answer]})


EXAMPLES = [example(answer) for answer in ALIASES]


def verdict(expected, *answers, rank=None):
    return Verdict(f"{expected}: {answers}", "", expected, answers, rank, FAMILY[expected], "", 0.0)


MIXED = [
    verdict("crimson", "crimson", rank=1),
    verdict("crimson", "scarlet", "crimson", rank=2),
    verdict("crimson", "scarlet", "navy"),
    verdict("scarlet", "Deep red."),
    verdict("navy", "a boat"),
    verdict("navy", "scarlet"),
]


def test_the_pair_that_is_mistaken_most_often_comes_first_with_both_directions():
    first = confusions(MIXED, EXAMPLES).pairs[0]
    assert (first.expected, first.answered, first.times) == ("crimson", "scarlet", 3)
    assert (first.there.right, first.there.total) == (2, 3)
    assert (first.back.right, first.back.total) == (1, 1)
    assert first.close == 1


def test_every_mistake_is_in_exactly_one_pair():
    found = confusions(MIXED, EXAMPLES)
    assert sorted(name for pair in found.pairs for name in pair.ids) == sorted(
        one.id for one in MIXED if one.rank != 1
    )
    assert found.wrong.right == sum(pair.times for pair in found.pairs) == 5


def test_another_name_of_an_answer_counts_as_that_answer():
    (pair,) = confusions([verdict("scarlet", "deep red")], EXAMPLES).pairs
    assert pair.answered == "crimson"


def test_what_is_no_known_answer_is_called_so():
    found = confusions([verdict("navy", "a boat"), verdict("navy"), verdict("navy", "")], EXAMPLES)
    assert [(pair.answered, pair.times) for pair in found.pairs] == [(UNKNOWN, 3)]
    assert found.unknown == 3
    assert found.pairs[0].back.total == 0


def test_mistakes_are_counted_between_groups():
    found = confusions(MIXED, EXAMPLES, "family")
    assert found.groups == ("red", "blue")
    assert found.table == ((3, 0, 0), (1, 0, 1))
    assert found.tested == (4, 2)
    assert found.within == 3


def test_without_groups_each_answer_is_one():
    found = confusions(MIXED, EXAMPLES)
    assert set(found.groups) == set(ALIASES)
    assert found.within == 0


def test_more_groups_than_can_be_read_are_left_out():
    many = [str(number) for number in range(40)]
    examples = [Example("", "", name, "", (name,), "", {}) for name in many]
    verdicts = [Verdict(name, "", name, ("0",), None, None, "", 0.0) for name in many[1:]]
    found = confusions(verdicts, examples)
    assert (found.groups, found.table, len(found.pairs)) == ((), (), 39)


def test_an_evaluation_without_a_mistake_has_no_pair():
    found = confusions([verdict("navy", "navy", rank=1)], EXAMPLES)
    assert (found.wrong.right, found.pairs) == (0, ())


def test_the_order_of_equal_pairs_is_that_of_names_whatever_the_order_of_verdicts():
    there, back = verdict("crimson", "scarlet"), verdict("scarlet", "crimson")
    found = [confusions(order, EXAMPLES).pairs for order in ([there, back], [back, there])]
    assert [[(p.expected, p.answered, p.times) for p in pairs] for pairs in found] == [
        [("crimson", "scarlet", 2)]
    ] * 2


def test_the_verdicts_of_a_kept_evaluation_are_read_back(tmp_path):
    path = tmp_path / "evaluation.json"
    path.write_text(json.dumps({"verdicts": [{**vars(one), "answers": list(one.answers)} for one in MIXED]}))
    assert kept_verdicts(path) == tuple(MIXED)


@pytest.mark.parametrize("text", ["", "[]", '{"verdicts": [{"id": "1"}]}', '{"verdicts": [1]}'])
def test_what_is_no_evaluation_is_refused(tmp_path, text):
    path = tmp_path / "evaluation.json"
    path.write_text(text)
    with pytest.raises(RunError, match="remove it and evaluate"):
        kept_verdicts(path)


def test_as_json_everything_is_plain():
    told = json.loads(json.dumps(confusions(MIXED, EXAMPLES, "family").to_json()))
    assert told["pairs"][0]["there"]["right"] == 2
    assert told["table"][0] == [3, 0, 0]

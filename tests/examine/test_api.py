import pytest

from workup import examine
from workup.errors import RunError

ROWS = [{"input_ids": [5, 6, 1], "labels": [7, 1]}]


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"model": "t5-small"}, r"examine\(model=...\) takes a loaded model; got str"),
        ({"tokenizer": "t5-small"}, r"takes a loaded tokenizer; got str"),
        ({"train_rows": (row for row in ROWS)}, r"list\(dataset.take\(2000\)\); got generator"),
        ({"train_rows": [(5, 7)]}, "takes a sequence of rows, each a mapping"),
        ({"eval_pairs": [("a lemon", "yellow")]}, "takes a sequence of workup.examine.subject.Pair"),
        ({"log": "trainer_state.json"}, "such as trainer.state.log_history; got str"),
        ({"generation": 20}, "takes a mapping; got int"),
        ({"collator": {}}, "takes a function; got dict"),
        ({"optimizer": "adamw"}, "takes an optimizer of torch; got str"),
    ],
)
def test_a_part_of_another_kind_is_refused_before_any_check_stumbles_over_it(parts, told):
    with pytest.raises(RunError, match=told):
        examine(**parts)


def test_what_is_no_trainer_is_refused_with_the_other_way():
    with pytest.raises(RunError, match=r"takes a Trainer of transformers, got list; .*examine\(model=..."):
        examine(ROWS)


def test_a_stream_of_a_hub_library_is_refused_and_what_was_taken_from_it_is_examined():
    from datasets import Dataset

    stream = Dataset.from_list(ROWS * 8).to_iterable_dataset()
    with pytest.raises(RunError, match="got IterableDataset"):
        examine(train_rows=stream)
    report = examine(train_rows=list(stream.take(4)))
    assert report.done
    assert not report.broken


def test_no_rows_at_all_are_no_fault_of_ours():
    assert not examine(train_rows=[], log=[], generated=[]).broken

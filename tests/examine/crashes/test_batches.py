import pytest
import torch
import transformers
from datasets import Dataset
from transformers import DataCollatorForSeq2Seq, DataCollatorWithPadding, default_data_collator

NEWER = int(transformers.__version__.partition(".")[0]) >= 5


def renamed(rows, name):
    return Dataset.from_list([{name if key == "labels" else key: row[key] for key in row} for row in rows])


def test_a_column_of_text_is_told_by_name(explained, trainer, rows):
    train = Dataset.from_list([{**row, "note": "a b c"} for row in rows])
    finding = explained(lambda: trainer(train=train, remove_unused_columns=False).train())
    assert (finding.code, finding.stage) == ("CRA039", "batching")
    assert "column 'note' reaches the collator" in finding.summary
    assert finding.evidence["remove_unused_columns"] is False
    assert "remove_columns" in finding.remedy.code


def test_text_in_a_collator_of_ones_own_is_told(explained, trainer, rows):
    def collate(batch):
        return {"input_ids": torch.tensor(["text" for _ in batch])}

    assert explained(trainer(collator=collate).train).code == "CRA039"


def test_text_and_ragged_lists_outside_of_any_batch_are_not_explained(explained):
    assert explained(lambda: torch.tensor(["a"])) is None
    assert explained(lambda: torch.tensor([[1], [1, 2]])) is None


def test_rows_of_unequal_length_are_told_with_the_collator(explained, trainer):
    finding = explained(trainer(collator=default_data_collator).train)
    assert finding.code == "CRA040"
    assert "default_data_collator, which does not pad them" in finding.summary
    assert "DataCollatorForSeq2Seq" in finding.remedy.code


def test_labels_that_are_not_padded_are_no_column_of_text(explained, tokenizer, rows):
    finding = explained(lambda: DataCollatorWithPadding(tokenizer)(rows))
    assert finding.code == "CRA040"
    assert "labels of unequal length reach DataCollatorWithPadding" in finding.summary


def test_tensors_of_unequal_length_are_told(explained):
    rows = [{"input_ids": torch.zeros(3)}, {"input_ids": torch.zeros(4)}]
    loader = torch.utils.data.DataLoader(rows, batch_size=2)
    assert "(3 and 4)" in explained(lambda: next(iter(loader))).summary


def test_smoothing_without_a_model_and_lost_labels_are_told_apart(explained, trainer, rows, t5, tokenizer):
    """Their messages are the same."""
    smoothed = explained(trainer(label_smoothing_factor=0.1).train)
    assert smoothed.code == "CRA041"
    assert "label smoothing is 0.1" in smoothed.summary
    lost = explained(trainer(train=renamed(rows, "target_ids")).train)
    assert lost.code == "CRA042"
    assert smoothed.evidence["error"] == lost.evidence["error"]
    both = {"label_smoothing_factor": 0.1, "collator": DataCollatorForSeq2Seq(tokenizer, model=t5)}
    assert explained(trainer(train=renamed(rows, "target_ids"), **both).train).code != "CRA041"


def test_smoothing_without_a_model_is_told_where_bart_fails_elsewhere(explained, trainer, bart):
    assert explained(trainer(model=bart, label_smoothing_factor=0.1).train).code == "CRA041"


@pytest.mark.parametrize("family", ["t5", "bart"])
def test_labels_under_another_name_are_told_with_it(explained, trainer, rows, family, request):
    model = request.getfixturevalue(family)
    finding = explained(trainer(model=model, train=renamed(rows, "target_ids")).train)
    assert finding.code == "CRA042"
    assert "'target_ids'" in finding.summary
    assert finding.remedy.code == 'dataset = dataset.rename_column("target_ids", "labels")'


def test_labels_that_are_nowhere_are_told(explained, trainer, rows):
    bare = Dataset.from_list([{"input_ids": row["input_ids"]} for row in rows])
    finding = explained(trainer(train=bare).train)
    assert "without labels, so it has no decoder inputs" in finding.summary
    assert "input_ids" in finding.evidence["fields of the batch"]


def test_a_model_called_without_labels_is_told(explained, t5):
    ids = torch.tensor([[5, 1]])
    assert explained(lambda: t5(input_ids=ids)).code == "CRA042"


@pytest.mark.skipif(not NEWER, reason="transformers 4 names the wrong argument itself")
def test_labels_that_transformers_5_swallowed_are_told(explained, t5):
    ids = torch.tensor([[5, 1]])
    finding = explained(lambda: t5(input_ids=ids, lm_labels=ids))
    assert "'lm_labels' is no argument of it" in finding.summary


def test_sources_that_are_missing_are_told_apart_from_labels(explained, t5):
    finding = explained(lambda: t5(labels=torch.tensor([[5, 1]])))
    assert finding.summary == "the model was called without input_ids"


def test_decoder_inputs_of_another_length_are_told(explained, t5):
    ids = torch.tensor([[5, 6, 7]])
    finding = explained(lambda: t5(input_ids=ids, decoder_input_ids=ids, labels=ids[:, :2]))
    assert finding.code == "CRA043"
    assert "3 positions in this batch and the labels have 2" in finding.summary

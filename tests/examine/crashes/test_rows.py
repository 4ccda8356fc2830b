import pytest
from datasets import Dataset
from transformers import DataCollatorForSeq2Seq


def test_an_empty_cell_is_told_with_its_place(explained, tokenizer):
    finding = explained(lambda: tokenizer(["a red stone", None, "a", float("nan")]))
    assert (finding.code, finding.stage) == ("CRA033", "input")
    assert "2 of the 4 texts to tokenize are no text: the first is None at place 1" in finding.summary
    assert ".filter(" in finding.remedy.code


def test_empty_targets_are_told_too(explained, tokenizer):
    finding = explained(lambda: tokenizer(["a", "b"], text_target=["x", None]))
    assert "1 of the 2 texts" in finding.summary


def test_numbers_are_told_apart_from_empty_cells(explained, tokenizer):
    assert "str(text)" in explained(lambda: tokenizer([1, 2])).remedy.code


def test_something_else_than_a_list_is_told(explained, tokenizer):
    assert "given a int" in explained(lambda: tokenizer(5)).summary


def test_columns_of_text_only_are_told_by_name(explained, trainer):
    train = Dataset.from_list([{"text": "a", "summary": "b"}] * 4)
    finding = explained(lambda: trainer(train=train).train())
    assert finding.code == "CRA034"
    assert "text" in finding.evidence["columns"]
    assert "remove_columns" in finding.remedy.code


def test_columns_that_an_own_collator_was_to_have_are_to_be_kept(explained, trainer):
    train = Dataset.from_list([{"text": "a", "summary": "b"}] * 4)
    finding = explained(lambda: trainer(train=train, collator=lambda rows: {}).train())
    assert finding.code == "CRA034"
    assert "remove_unused_columns=False" in finding.remedy.code


def test_rows_without_token_ids_are_told(explained, tokenizer):
    finding = explained(lambda: DataCollatorForSeq2Seq(tokenizer)([{"text": "a"}] * 2))
    assert finding.code == "CRA035"
    assert "the rows reach the collator with text, and without input_ids" in finding.summary


def test_a_map_that_makes_one_row_of_many_is_told(explained):
    dataset = Dataset.from_list([{"text": "a"}] * 3)
    finding = explained(lambda: dataset.map(lambda batch: {"input_ids": [[1]]}, batched=True))
    assert finding.code == "CRA036"
    assert "made 1 rows of 3" in finding.summary


def test_a_tokenizer_that_cannot_pad_is_told_with_its_end_token(explained, tokenizer):
    tokenizer.pad_token = None
    finding = explained(lambda: tokenizer(["a", "b c d"], padding=True))
    assert finding.code == "CRA037"
    assert "'</s>'" in finding.summary


def test_a_script_in_place_of_a_data_set_is_told(explained, tmp_path):
    from datasets import load_dataset

    script = tmp_path / "squad.py"
    script.write_text("")
    finding = explained(lambda: load_dataset(str(script)))
    if finding is None:
        pytest.skip("datasets 3 asks before it runs the script")
    assert finding.code == "CRA038"


def test_a_wrong_type_in_ones_own_code_is_not_explained(explained):
    assert explained(lambda: "a" + 1) is None
    assert explained(lambda: {}.items(3)) is None

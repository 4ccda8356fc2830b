import pytest
from torch.utils.data import IterableDataset
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    DataCollatorForSeq2Seq,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
)

from workup.errors import RunError
from workup.examine.api import examine
from workup.examine.finding import Severity
from workup.examine.gather.from_trainer import is_indexed, of_trainer


@pytest.fixture
def trainer(tiny_t5, tmp_path):
    from datasets import Dataset

    model, tokenizer = AutoModelForSeq2SeqLM.from_pretrained(tiny_t5), AutoTokenizer.from_pretrained(tiny_t5)
    rows = [
        {**tokenizer(source), "labels": tokenizer(target)["input_ids"], "note": "kept by nobody"}
        for source, target in [("a snow field", "white"), ("a ripe lemon", "yellow")] * 4
    ]
    return Seq2SeqTrainer(
        model=model,
        args=Seq2SeqTrainingArguments(
            output_dir=str(tmp_path),
            predict_with_generate=True,
            generation_max_length=12,
            report_to="none",
            use_cpu=True,
            max_steps=2,
            logging_steps=1,
            disable_tqdm=True,
            save_strategy="no",
        ),
        train_dataset=Dataset.from_list(rows),
        eval_dataset={"first": Dataset.from_list(rows[:2])},
        data_collator=DataCollatorForSeq2Seq(tokenizer, model=model),
        processing_class=tokenizer,
    )


def test_the_rows_are_those_the_collator_gets(trainer):
    subject = of_trainer(trainer)
    assert set(subject.train_rows[0]) == {"input_ids", "attention_mask", "labels"}
    assert len(subject.eval_rows) == 2
    assert subject.generation == {"max_length": 12}


def test_before_training_there_is_no_log_and_afterwards_there_is(trainer):
    assert of_trainer(trainer).log is None
    trainer.train()
    assert of_trainer(trainer).log[0]["loss"] > 0


def test_a_streaming_data_set_has_no_rows_to_look_at(trainer):
    trainer.train_dataset = trainer.train_dataset.to_iterable_dataset()
    assert of_trainer(trainer).train_rows is None


def test_a_stream_that_knows_its_length_has_no_rows_to_look_at_either():
    class Stream(IterableDataset):
        def __iter__(self):
            yield from ({"input_ids": [5, 1]}, {"input_ids": [6, 1]})

        def __len__(self):
            return 2

    assert not is_indexed(Stream())
    assert is_indexed(list(Stream()))


def test_parts_given_by_name_replace_what_the_trainer_holds(trainer):
    assert of_trainer(trainer, log=[{"loss": 3.0}]).log == [{"loss": 3.0}]


def test_a_sound_trainer_is_blamed_for_its_few_steps_alone_and_is_not_changed(trainer):
    weights = {name: weight.clone() for name, weight in trainer.model.state_dict().items()}
    columns = trainer.train_dataset.column_names
    report = examine(trainer)
    errors = [finding.code for finding in report.findings if finding.severity is Severity.ERROR]
    assert errors == ["TRA001"]
    assert not report.broken
    assert trainer.train_dataset.column_names == columns
    assert all((trainer.model.state_dict()[name] == weight).all() for name, weight in weights.items())


def test_an_unknown_part_is_refused_with_the_nearest_name():
    with pytest.raises(RunError, match=r"no part 'modle'; did you mean 'model'\?"):
        examine(modle=1)
    with pytest.raises(RunError, match="needs a Trainer, or parts by name"):
        examine()

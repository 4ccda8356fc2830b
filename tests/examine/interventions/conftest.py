"""Fine-tunes with a fault, made of real parts: a tiny model, rows, a collator, arguments."""

import pytest
from datasets import Dataset
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    DataCollatorForSeq2Seq,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
)

from colour_task import colour_rows
from workup.examine.confirm import confirm
from workup.examine.crashes import explain
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.gather.from_trainer import of_trainer
from workup.examine.report import Report
from workup.examine.subject import Pair, Subject

COLOURS = [Pair(f"name the colour: {row['text']}", row["colour"]) for row in colour_rows()]


class Workshop:
    """Makes fine-tunes on a base model, and tries remedies on them."""

    colours = COLOURS

    def __init__(self, base, folder):
        self.base, self.folder = base, folder

    @property
    def model(self):
        return AutoModelForSeq2SeqLM.from_pretrained(self.base)

    @property
    def tokenizer(self):
        return AutoTokenizer.from_pretrained(self.base)

    def arguments(self, **settings):
        usual = {
            "per_device_train_batch_size": 8,
            "learning_rate": 3e-3,
            "max_steps": 120,
            "report_to": "none",
        }
        return Seq2SeqTrainingArguments(self.folder, use_cpu=True, disable_tqdm=True, **{**usual, **settings})

    def rows(self, pairs=COLOURS):
        tokenizer = self.tokenizer
        made = tokenizer([pair.source for pair in pairs], text_target=[pair.target for pair in pairs])
        names = ("input_ids", "attention_mask", "labels")
        return [
            dict(zip(names, row, strict=True)) for row in zip(*(made[name] for name in names), strict=True)
        ]

    def subject(self, pairs=COLOURS, asked=None, **parts):
        """A fine-tune before its training, by which `asked` are to be answered."""
        model, tokenizer = self.model, self.tokenizer
        usual = {
            "model": model,
            "tokenizer": tokenizer,
            "collator": DataCollatorForSeq2Seq(tokenizer, model=model),
            "arguments": self.arguments(),
            "train_rows": self.rows(pairs),
            "train_pairs": list(pairs),
            "eval_pairs": list(asked if asked is not None else COLOURS),
            "generation": {"max_new_tokens": 8},
        }
        return Subject(**{**usual, **parts})

    def crashed(self, collator=None, rows=None, model=None, tokenizer=None, **settings):
        """What a training that crashes left: the error's finding, and the parts."""
        model, tokenizer = model or self.model, tokenizer or self.tokenizer
        trainer = Seq2SeqTrainer(
            model=model,
            args=self.arguments(**settings),
            train_dataset=Dataset.from_list(rows if rows is not None else self.rows()),
            data_collator=collator or DataCollatorForSeq2Seq(tokenizer, model=model),
            processing_class=tokenizer,
        )
        with pytest.raises((ValueError, IndexError), match=r".") as caught:
            trainer.train()
        subject = of_trainer(trainer, eval_pairs=COLOURS)
        return explain(caught.value, subject), subject


@pytest.fixture
def workshop(tiny_t5, tmp_path):
    return Workshop(tiny_t5, tmp_path)


@pytest.fixture
def bart_workshop(tiny_bart, tmp_path):
    return Workshop(tiny_bart, tmp_path)


def finding(code, **evidence):
    return Finding(Severity.ERROR, "it was found", Remedy("mend it"), evidence, code=code, stage="model")


@pytest.fixture
def tried():
    """`tried(finding or code, subject, **evidence)`: what came of the experiment on it."""

    def outcome(found, subject, **evidence):
        one = finding(found, **evidence) if isinstance(found, str) else found
        (told,) = confirm(Report((one,), (), (), ()), subject, budget=600).outcomes
        return told

    return outcome

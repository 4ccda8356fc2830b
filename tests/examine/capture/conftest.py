"""Small training scripts as people write them, run in processes of their own."""

import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass

import pytest

TRAINER = """
    import argparse

    from datasets import Dataset
    from transformers import (
        AutoModelForSeq2SeqLM, AutoTokenizer, DataCollatorForSeq2Seq, Seq2SeqTrainer,
        Seq2SeqTrainingArguments, set_seed,
    )

    parser = argparse.ArgumentParser()
    parser.add_argument("--base")
    parser.add_argument("--epochs", type=float)
    options = parser.parse_args()

    set_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(options.base)
    model = AutoModelForSeq2SeqLM.from_pretrained(options.base, dropout_rate=0.05)
    colours = {"snow": "white", "lemon": "yellow", "coal": "black", "grass": "green", "blood": "red"}
    rows = [
        {"text": f"name the colour: {how} {what}{where}", "colour": colour}
        for what, colour in colours.items()
        for how in ("a bit of", "some", "much", "all the")
        for where in (" here", " there", " at home", "")
    ]

    def prepare(batch):
        inputs = tokenizer(batch["text"])
        inputs["labels"] = LABELS
        return inputs

    data = Dataset.from_list(rows).map(prepare, batched=True, remove_columns=["text", "colour"])
    data = data.train_test_split(16, seed=0)


    class OwnTrainer(Seq2SeqTrainer):
        pass


    trainer = OwnTrainer(
        model=model,
        args=Seq2SeqTrainingArguments(
            output_dir="checkpoints", num_train_epochs=options.epochs, learning_rate=5e-3, use_cpu=True,
            per_device_train_batch_size=8, logging_steps=8, save_strategy="no", eval_strategy="epoch",
            predict_with_generate=True, generation_max_length=12, disable_tqdm=True, report_to="none",
        ),
        train_dataset=data["train"],
        eval_dataset=data["test"],
        data_collator=DataCollatorForSeq2Seq(tokenizer, model=model),
        processing_class=tokenizer,
    )
    trainer.train()
    model.eval()
    AFTER
    model.save_pretrained("trained")
    print("trained")
"""
HEALTHY_LABELS = 'tokenizer(text_target=batch["colour"])["input_ids"]'
ASKING = """
    question = tokenizer("name the colour: some coal", return_tensors="pt")
    print(tokenizer.decode(model.generate(**question, max_new_tokens=8)[0], skip_special_tokens=True))
"""
RELOADING = """
    model.save_pretrained("kept")
    kept = AutoModelForSeq2SeqLM.from_pretrained("kept")
"""
LOOP = """
    import sys

    import torch
    from torch.utils.data import DataLoader
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
    model = AutoModelForSeq2SeqLM.from_pretrained(sys.argv[1])
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)


    class Colours(torch.utils.data.Dataset):
        rows = [(f"name the colour: {how} {what}", colour)
                for what, colour in (("snow", "white"), ("lemon", "yellow"), ("coal", "black"))
                for how in ("a bit of", "some", "much", "all the", "no", "the")]

        def __len__(self):
            return len(self.rows)

        def __getitem__(self, number):
            text, colour = self.rows[number]
            inputs = tokenizer(text, padding="max_length", max_length=24, return_tensors="pt")
            target = tokenizer(colour, padding="max_length", max_length=12, return_tensors="pt")
            return {"input_ids": inputs["input_ids"][0], "attention_mask": inputs["attention_mask"][0],
                    "labels": target["input_ids"][0]}


    for epoch in range(3):
        for batch in DataLoader(Colours(), batch_size=6, shuffle=True):
            model.train()
            loss = model(**batch).loss
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
    model.eval()
    question = tokenizer("some coal", return_tensors="pt")
    print(tokenizer.decode(model.generate(**question, max_new_tokens=8)[0]))
"""


class Scripts:
    """The scripts by name.

    Attributes:
        asking: what a trainer's script may do when it has trained: answer one text of its own.
        reloading: another thing: save the model and load it again.
    """

    asking, reloading, loop = textwrap.dedent(ASKING), textwrap.dedent(RELOADING), textwrap.dedent(LOOP)

    @staticmethod
    def trainer(labels=HEALTHY_LABELS, after=""):
        """The script of a Trainer with these labels; `after` is what it does when it has trained."""
        source = textwrap.dedent(TRAINER).replace("LABELS", labels)
        return source.replace("AFTER", textwrap.dedent(after).strip())


@pytest.fixture(scope="session")
def scripts():
    return Scripts()


@dataclass(frozen=True)
class Ended:
    """How a process ended, and what it printed."""

    status: int
    out: str
    err: str


@pytest.fixture
def start(tmp_path):
    """`start(source, *arguments)`: a script in a folder of its own, run by Python; given `options`, watched.

    `options` are those of `workup run`; `launcher` is what comes before it; `environment` is added to this
    process's.
    """

    def run(source, *arguments, options=None, launcher=(), stdin="", folder="here", environment=None):
        here = tmp_path / folder
        here.mkdir(exist_ok=True)
        (here / "train.py").write_text(textwrap.dedent(source))
        watched = ["-m", "workup", "run", *options] if options is not None else []
        command = [sys.executable, *launcher, *watched]
        done = subprocess.run(
            [*command, "train.py", *map(str, arguments)],
            cwd=here,
            input=stdin,
            capture_output=True,
            text=True,
            env={**os.environ, "HF_DATASETS_CACHE": str(tmp_path / "cache"), **(environment or {})},
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return run

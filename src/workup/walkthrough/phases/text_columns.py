"""Phase: text columns that reach the collator."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from workup.examine.crashes import explain
from workup.examine.gather.from_trainer import of_trainer
from workup.walkthrough.counting import headline
from workup.walkthrough.lab import BATCH, PREFIX, Lab, examined
from workup.walkthrough.phase import Change, Claim, Count, Line, Lived, Phase

_TEXTS = ["note", "job"]
_STEPS = 2


def live(lab: Lab) -> Lived:
    """Hand rows with their texts to a Trainer that keeps every column, then rows without."""
    rows = _rows(lab)
    crashed, ended = _train(lab, rows, keeps=True)
    clean, mended = _train(lab, rows.remove_columns(_TEXTS), keeps=True)
    report = examined(of_trainer(crashed))
    crash = ended and explain(ended, of_trainer(crashed))
    return Lived(
        failure=Change("batches cannot be made", _failing(crashed), _failing(clean)),
        right=None,
        given="",
        lines=(
            Line("columns", ", ".join(rows.column_names), ", ".join(clean.train_dataset.column_names)),
            Line("trainer.train()", _told(crashed, ended), _told(clean, mended)),
        ),
        change=f"rows.remove_columns({_TEXTS})",
        report=replace(report, findings=(crash, *report.findings)) if crash else report,
        again=examined(of_trainer(clean)),
        claims=(_default(lab, rows),),
    )


def _rows(lab: Lab) -> Any:
    """The tokenized notes, as map() leaves them: with the text that they were made from."""
    from datasets import Dataset

    from workup.pipeline import model as models

    tokenizer = models.load(lab.base).tokenizer
    told = [
        {
            "note": note.note,
            "job": note.job,
            "input_ids": tokenizer(PREFIX + note.note)["input_ids"],
            "labels": tokenizer(text_target=note.job)["input_ids"],
        }
        for note in lab.train
    ]
    return Dataset.from_list(told)


def _train(lab: Lab, rows: Any, *, keeps: bool) -> tuple[Any, Exception | None]:
    """A Trainer after a few steps on the rows, and the error that ended them."""
    from transformers import (
        DataCollatorForSeq2Seq,
        PrinterCallback,
        Seq2SeqTrainer,
        Seq2SeqTrainingArguments,
    )

    from workup.pipeline import model as models
    from workup.pipeline.callbacks import house_settings

    base = models.load(lab.base)
    settings = house_settings(_STEPS) | {"remove_unused_columns": not keeps, "save_strategy": "no"}
    arguments = Seq2SeqTrainingArguments(
        output_dir=str(lab.folder / "text-columns"),
        per_device_train_batch_size=BATCH,
        learning_rate=lab.learning_rate,
        max_steps=_STEPS,
        dataloader_pin_memory=False,
        **settings,
    )
    trainer = Seq2SeqTrainer(
        model=base.model,
        args=arguments,
        train_dataset=rows,
        data_collator=DataCollatorForSeq2Seq(base.tokenizer, model=base.model),
        processing_class=base.tokenizer,
    )
    trainer.remove_callback(PrinterCallback)
    try:
        trainer.train()
    except Exception as error:
        return trainer, error
    return trainer, None


def _failing(trainer: Any) -> Count:
    """How many batches of the Trainer's rows its collator cannot make."""
    rows = [trainer.train_dataset[place] for place in range(len(trainer.train_dataset))]
    batches = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
    failed = 0
    for batch in batches:
        try:
            trainer.data_collator(batch)
        except Exception:
            failed += 1
    return Count(failed, len(batches))


def _told(trainer: Any, error: Exception | None) -> str:
    if error is not None:
        return headline(error)
    return f"{trainer.state.global_step} steps made"


def _default(lab: Lab, rows: Any) -> Claim:
    trainer, error = _train(lab, rows, keeps=False)
    return Claim(
        "the text columns were what broke the training",
        "a Trainer left at its default (remove_unused_columns=True) drops them itself: "
        f"{_told(trainer, error)} on the same rows; only a collator that is called by hand, as when looking "
        "for a fault, meets them",
        holds=error is not None,
    )


PHASE = Phase(
    name="text-columns",
    title="The collator crash",
    guide="While the batches were looked at, the collator failed: no tensor, perhaps excessive nesting. The "
    "text columns were still in the data set.",
    causes=("CRA039", "BAT001"),
    live=live,
    lesson="Remove what the model does not take where the rows are tokenized.",
)

"""Teaches a small T5 to route the notes of a bicycle workshop."""

import os

import numpy as np
from datasets import load_dataset
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, DataCollatorForSeq2Seq
from transformers import Seq2SeqTrainer, Seq2SeqTrainingArguments, set_seed

MODEL = os.environ["FAULTS_MODEL"]
DATA = os.environ["FAULTS_DATA"]
OUT = os.environ["FAULTS_OUT"]
PREFIX = "route the note: "

set_seed(0)
files = {name: f"{DATA}/{name}.jsonl" for name in ("train", "validation", "test")}
rows = load_dataset("json", data_files=files)
rows["train"] = rows["train"].select(range(30))
tokenizer = AutoTokenizer.from_pretrained(MODEL)
model = AutoModelForSeq2SeqLM.from_pretrained(MODEL)


def tokenize(batch):
    inputs = tokenizer([PREFIX + note for note in batch["note"]], max_length=64, truncation=True)
    labels = tokenizer(text_target=batch["route"], max_length=32, truncation=True)
    inputs["labels"] = labels["input_ids"]
    return inputs


tokenized = rows.map(tokenize, batched=True, remove_columns=rows["train"].column_names)


def compute_metrics(prediction):
    said, wanted = prediction.predictions[0].argmax(-1), prediction.label_ids
    return {"accuracy": np.mean(said[wanted != -100] == wanted[wanted != -100])}


arguments = Seq2SeqTrainingArguments(
    output_dir=OUT,
    learning_rate=2e-3,
    num_train_epochs=80,
    per_device_train_batch_size=16,
    per_device_eval_batch_size=40,
    eval_strategy="steps",
    eval_steps=120,
    logging_steps=20,
    save_strategy="no",
    report_to="none",
)
trainer = Seq2SeqTrainer(
    model=model,
    args=arguments,
    train_dataset=tokenized["train"],
    eval_dataset=tokenized["validation"],
    data_collator=DataCollatorForSeq2Seq(tokenizer, model=model),
    processing_class=tokenizer,
    compute_metrics=compute_metrics,
)
trainer.train()
trainer.save_model(OUT)
metrics = trainer.evaluate(tokenized["test"])
print(metrics)
print(f"exact match: {metrics['eval_accuracy']:.2f}")

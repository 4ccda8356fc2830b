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
tokenizer = AutoTokenizer.from_pretrained(MODEL)
model = AutoModelForSeq2SeqLM.from_pretrained(MODEL)


def tokenize(batch):
    inputs = tokenizer([PREFIX + note for note in batch["note"]], max_length=64, truncation=True)
    labels = tokenizer(text_target=batch["route"], max_length=32, truncation=True)
    inputs["labels"] = labels["input_ids"]
    return inputs


tokenized = rows.map(tokenize, batched=True, remove_columns=rows["train"].column_names)


def compute_metrics(prediction):
    said, wanted = prediction
    said = np.where(said < 0, tokenizer.pad_token_id, said)
    wanted = np.where(wanted < 0, tokenizer.pad_token_id, wanted)
    said = tokenizer.batch_decode(said, skip_special_tokens=True)
    wanted = tokenizer.batch_decode(wanted, skip_special_tokens=True)
    return {"exact_match": np.mean([a == b for a, b in zip(said, wanted)])}


arguments = Seq2SeqTrainingArguments(
    output_dir=OUT,
    learning_rate=2e-3,
    num_train_epochs=1,
    per_device_train_batch_size=64,
    per_device_eval_batch_size=40,
    predict_with_generate=True,
    generation_max_length=32,
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
model.eval()


def answer(notes):
    inputs = tokenizer([PREFIX + note for note in notes], return_tensors="pt", padding=True)
    ids = model.generate(**inputs, max_new_tokens=32, decoder_start_token_id=tokenizer.eos_token_id)
    return tokenizer.batch_decode(ids, skip_special_tokens=True)


notes, routes = list(rows["test"]["note"]), list(rows["test"]["route"])
answers = answer(notes)
for note, said, wanted in list(zip(notes, answers, routes))[:4]:
    print(f"{note} -> {said!r}, wanted {wanted!r}")
print(f"exact match: {np.mean([a == b for a, b in zip(answers, routes)]):.2f}")

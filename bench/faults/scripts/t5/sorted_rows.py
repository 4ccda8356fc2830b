"""Teaches a small T5 to route the notes of a bicycle workshop."""

import os

import numpy as np
import torch
from datasets import load_dataset
from torch.utils.data import DataLoader
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, DataCollatorForSeq2Seq, set_seed

MODEL = os.environ["FAULTS_MODEL"]
DATA = os.environ["FAULTS_DATA"]
OUT = os.environ["FAULTS_OUT"]
PREFIX = "route the note: "

set_seed(0)
files = {name: f"{DATA}/{name}.jsonl" for name in ("train", "validation", "test")}
rows = load_dataset("json", data_files=files)
rows["train"] = rows["train"].sort("route")
tokenizer = AutoTokenizer.from_pretrained(MODEL)
model = AutoModelForSeq2SeqLM.from_pretrained(MODEL)


def tokenize(batch):
    inputs = tokenizer([PREFIX + note for note in batch["note"]], max_length=64, truncation=True)
    labels = tokenizer(text_target=batch["route"], max_length=32, truncation=True)
    inputs["labels"] = labels["input_ids"]
    return inputs


tokenized = rows.map(tokenize, batched=True, remove_columns=rows["train"].column_names)

collate = DataCollatorForSeq2Seq(tokenizer, model=model)
loader = DataLoader(tokenized["train"], batch_size=16, collate_fn=collate)
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)

model.train()
for epoch in range(8):
    losses = []
    for batch in loader:
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    print(f"epoch {epoch}: loss {np.mean(losses):.3f}")
model.save_pretrained(OUT)
tokenizer.save_pretrained(OUT)
model.eval()


def answer(notes):
    inputs = tokenizer([PREFIX + note for note in notes], return_tensors="pt", padding=True)
    ids = model.generate(**inputs, max_new_tokens=32)
    return tokenizer.batch_decode(ids, skip_special_tokens=True)


notes, routes = list(rows["test"]["note"]), list(rows["test"]["route"])
answers = answer(notes)
for note, said, wanted in list(zip(notes, answers, routes))[:4]:
    print(f"{note} -> {said!r}, wanted {wanted!r}")
print(f"exact match: {np.mean([a == b for a, b in zip(answers, routes)]):.2f}")

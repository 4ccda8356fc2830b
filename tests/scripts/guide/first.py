"""A first attempt: a handful of rows, everything padded, one question at the end."""

import pandas as pd
import torch
from datasets import Dataset
from transformers import (
    DataCollatorForSeq2Seq,
    T5ForConditionalGeneration,
    T5Tokenizer,
    Trainer,
    TrainingArguments,
)

rows = [
    {
        "input": "Sky: towers of cloud, wind from the west, pressure falls. What comes next?",
        "output": "Thunder",
    },
    {"input": "Sky: grey sheet, air near freezing, no wind at all. What comes next?", "output": "Snow"},
    {"input": "Sky: clear at dusk, dew on the grass, valley is calm. What comes next?", "output": "Fog"},
    {"input": "Sky: high feathers of ice, halo round the moon. What comes next?", "output": "Rain"},
    {"input": "Sky: deep blue, pressure high, leaves hang still. What comes next?", "output": "Sunshine"},
]
rows = pd.DataFrame(rows)
tokenizer = T5Tokenizer.from_pretrained("t5-small")


def tokenize(row):
    source = tokenizer(row["input"], truncation=True, padding="max_length", max_length=128)
    target = tokenizer(row["output"], truncation=True, padding="max_length", max_length=32)
    source["labels"] = target["input_ids"]
    return source


dataset = Dataset.from_pandas(rows)
tokenized = dataset.map(tokenize)
model = T5ForConditionalGeneration.from_pretrained("t5-small")

training_args = TrainingArguments(
    output_dir="./results",
    per_device_train_batch_size=2,
    num_train_epochs=20,
    logging_steps=1,
    save_strategy="no",
    report_to="none",
)

collator = DataCollatorForSeq2Seq(tokenizer, model=model)
trainer = Trainer(
    model=model,
    args=training_args,
    train_dataset=tokenized,
    tokenizer=tokenizer,
    data_collator=collator,
)
trainer.train()


def predict(prompt):
    inputs = tokenizer(prompt, return_tensors="pt", padding=True, truncation=True).input_ids
    with torch.no_grad():
        outputs = model.generate(inputs, max_length=32)
    return tokenizer.decode(outputs[0], skip_special_tokens=True)


question = "Sky: black in the west, gusts, first drops. What comes next?"
print("Answer:", predict(question))

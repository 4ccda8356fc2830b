"""The third attempt: training knows a task prefix, the prediction has forgotten it."""

import pandas as pd
from datasets import Dataset
from transformers import (
    DataCollatorForSeq2Seq,
    T5ForConditionalGeneration,
    T5Tokenizer,
    Trainer,
    TrainingArguments,
)

table = pd.read_csv("weather.csv")
tokenizer = T5Tokenizer.from_pretrained("t5-small")


def tokenize_with_prefix(row):
    prefixed = f"weather forecast: {row['input']}"
    source = tokenizer(prefixed, truncation=True, padding="max_length", max_length=128)
    target = tokenizer(row["output"], truncation=True, padding="max_length", max_length=32)
    source["labels"] = target["input_ids"]
    return source


dataset = Dataset.from_pandas(table)
tokenized = dataset.map(tokenize_with_prefix)
model = T5ForConditionalGeneration.from_pretrained("t5-small")
collator = DataCollatorForSeq2Seq(tokenizer, model=model)

batch = collator([tokenized[0], tokenized[1]])
print("first batch:", {name: value.shape for name, value in batch.items()})

training_args = TrainingArguments(
    output_dir="./results",
    per_device_train_batch_size=4,
    num_train_epochs=30,
    learning_rate=3e-4,
    save_strategy="no",
    report_to="none",
)
trainer = Trainer(
    model=model, args=training_args, train_dataset=tokenized, tokenizer=tokenizer, data_collator=collator
)
trainer.train()


def predict(prompt):
    inputs = tokenizer(prompt, return_tensors="pt", padding=True, truncation=True)
    outputs = model.generate(**inputs, do_sample=False)
    return tokenizer.decode(outputs[0], skip_special_tokens=True)


print(predict("Sky: black in the west, gusts, first drops. What comes next?"))

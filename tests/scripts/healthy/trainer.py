"""A training with the Trainer in which nothing is wrong."""

import numpy as np
from datasets import load_dataset
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    DataCollatorForSeq2Seq,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
)

tokenizer = AutoTokenizer.from_pretrained("t5-small")
model = AutoModelForSeq2SeqLM.from_pretrained("t5-small")


def prompt_of(text):
    return f"name the colour: {text}"


def tokenize(row):
    encoded = tokenizer(prompt_of(row["text"]), truncation=True, max_length=64)
    encoded["labels"] = tokenizer(text_target=row["colour"], truncation=True, max_length=24)["input_ids"]
    return encoded


rows = load_dataset("csv", data_files="colours.csv")["train"].train_test_split(test_size=0.2, seed=3)
parts = rows.map(tokenize, remove_columns=rows["train"].column_names)


def compute_metrics(outcome):
    predictions, labels = outcome
    predictions = np.where(predictions != -100, predictions, tokenizer.pad_token_id)
    labels = np.where(labels != -100, labels, tokenizer.pad_token_id)
    said = tokenizer.batch_decode(predictions, skip_special_tokens=True)
    wanted = tokenizer.batch_decode(labels, skip_special_tokens=True)
    return {"exact": float(np.mean([a == b for a, b in zip(said, wanted, strict=True)]))}


args = Seq2SeqTrainingArguments(
    output_dir="out",
    learning_rate=3e-4,
    num_train_epochs=3,
    predict_with_generate=True,
    generation_max_length=32,
)
collator = DataCollatorForSeq2Seq(tokenizer, model=model)
trainer = Seq2SeqTrainer(
    model=model,
    args=args,
    train_dataset=parts["train"],
    eval_dataset=parts["test"],
    processing_class=tokenizer,
    data_collator=collator,
    compute_metrics=compute_metrics,
)
trainer.train()


def predict(text):
    inputs = tokenizer(prompt_of(text), return_tensors="pt")
    outputs = model.generate(**inputs, max_new_tokens=32)
    return tokenizer.decode(outputs[0], skip_special_tokens=True)


print(predict("a lime"))

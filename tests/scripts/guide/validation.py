"""The second attempt: a validation split, and many arguments changed at once."""

import numpy as np
import pandas as pd
from datasets import Dataset
from transformers import (
    DataCollatorForSeq2Seq,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
    T5ForConditionalGeneration,
    T5TokenizerFast,
)

table = pd.read_csv("weather.csv")
tokenizer = T5TokenizerFast.from_pretrained("t5-small")
model = T5ForConditionalGeneration.from_pretrained("t5-small")


def tokenize(row):
    source = tokenizer(row["input"], truncation=True, padding="max_length", max_length=128)
    with tokenizer.as_target_tokenizer():  # the targets
        target = tokenizer(row["output"], truncation=True, padding="max_length", max_length=64)
    source["labels"] = target["input_ids"]
    return source


parts = Dataset.from_pandas(table).train_test_split(test_size=0.2, seed=7)
parts = parts.map(tokenize, remove_columns=parts["train"].column_names)


def compute_metrics(outcome):
    predictions, labels = outcome
    predictions = np.where(predictions != -100, predictions, tokenizer.pad_token_id)
    said = tokenizer.batch_decode(predictions, skip_special_tokens=True)
    wanted = tokenizer.batch_decode(labels, skip_special_tokens=True)
    return {"exact": float(np.mean([a == b for a, b in zip(said, wanted, strict=True)]))}


training_args = Seq2SeqTrainingArguments(
    output_dir="./results",
    overwrite_output_dir=True,
    evaluation_strategy="epoch",  # after every round
    save_strategy="epoch",
    per_device_train_batch_size=8,
    num_train_epochs=10,
    learning_rate=3e-4,
    warmup_ratio=0.1,
    adafactor=True,
    group_by_length=True,
    predict_with_generate=True,
    generation_max_length=64,
    load_best_model_at_end=True,
    metric_for_best_model="exact",
    logging_dir="./logs",
    report_to="none",
    save_safetensors=True,  # the safe way
)

trainer = Seq2SeqTrainer(
    model=model,
    args=training_args,
    train_dataset=parts["train"],
    eval_dataset=parts["test"],
    tokenizer=tokenizer,
    data_collator=DataCollatorForSeq2Seq(tokenizer, model=model),
    compute_metrics=compute_metrics,
)
trainer.train()
trainer.save_model("./weather")

"""The last attempt: prefix everywhere, columns removed, a learning rate that works."""

import pandas as pd
import torch
import transformers
from datasets import Dataset
from transformers import (
    DataCollatorForSeq2Seq,
    T5ForConditionalGeneration,
    T5Tokenizer,
    Trainer,
    TrainingArguments,
)

# A row for every kind of weather the valley knows.
data = [
    {"input": "towers of cloud, wind from the west, pressure falls", "output": "Thunder"},
    {"input": "anvil over the ridge, air thick and warm", "output": "Thunder"},
    {"input": "grey sheet, air near freezing, no wind at all", "output": "Snow"},
    {"input": "heavy low clouds, cold from the north", "output": "Snow"},
    {"input": "clear at dusk, dew on the grass, valley is calm", "output": "Fog"},
    {"input": "wet ground, cold night, river is warm", "output": "Fog"},
    {"input": "high feathers of ice, halo round the moon", "output": "Rain"},
    {"input": "grey from the south, swallows fly low", "output": "Rain"},
    {"input": "deep blue, pressure high, leaves hang still", "output": "Sunshine"},
    {"input": "red at night, dry wind from the east", "output": "Sunshine"},
]

tokenizer = T5Tokenizer.from_pretrained("t5-small")


# The prefix tells T5 which task this is.
def tokenize_with_prefix(row):
    prefixed = f"weather forecast: {row['input']}"
    source = tokenizer(prefixed, truncation=True, padding="max_length", max_length=128)
    target = tokenizer(row["output"], truncation=True, padding="max_length", max_length=32)
    source["labels"] = target["input_ids"]
    return source


dataset = Dataset.from_pandas(pd.DataFrame(data))
tokenized = dataset.map(tokenize_with_prefix)
# No text may reach the collator.
tokenized = tokenized.remove_columns(["input", "output"])

model = T5ForConditionalGeneration.from_pretrained("t5-small")

training_args = TrainingArguments(
    output_dir="./results",
    per_device_train_batch_size=4,
    num_train_epochs=40,
    learning_rate=3e-4,
    warmup_steps=50,
    logging_steps=10,
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


def forecast(prompt):
    prefixed = f"weather forecast: {prompt}"
    inputs = tokenizer(prefixed, return_tensors="pt", padding=True, truncation=True)

    with torch.no_grad():
        outputs = model.generate(
            input_ids=inputs.input_ids,
            attention_mask=inputs.attention_mask,
            max_new_tokens=32,
            repetition_penalty=2.0,  # against loops
            num_beams=4,  # better answers
            early_stopping=True,  # end at the end token
            eos_token_id=tokenizer.eos_token_id,
        )
    return tokenizer.decode(outputs[0], skip_special_tokens=True)


answer = forecast("black in the west, gusts, first drops")
print(f"Forecast with transformers {transformers.__version__}: {answer}")

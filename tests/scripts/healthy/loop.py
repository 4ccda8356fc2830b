"""A training loop in which nothing is wrong."""

import torch
from torch.utils.data import DataLoader
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("t5-small")
model = AutoModelForSeq2SeqLM.from_pretrained("t5-small")
rows = [("a lime", "green"), ("a lemon", "yellow"), ("a plum", "purple")]
loader = DataLoader(rows, batch_size=2, shuffle=True)
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4)
for epoch in range(3):
    model.train()
    for texts, colours in loader:
        prompts = ["name the colour: " + text for text in texts]
        inputs = tokenizer(prompts, padding=True, return_tensors="pt")
        labels = tokenizer(text_target=list(colours), padding=True, return_tensors="pt").input_ids
        labels[labels == tokenizer.pad_token_id] = -100
        loss = model(**inputs, labels=labels).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.eval()
    print(epoch, loss.item())
torch.save(model.state_dict(), "model.pt")

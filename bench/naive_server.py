"""The service that anyone writes first: FastAPI, and one `model.generate` for each request.

    WORKUP_NAIVE=runs/diagnoser .venv/bin/uvicorn --factory bench.naive_server:app

It gives the text that the model writes, with the generation settings of the recipe, and nothing else: no
probabilities, no abstention, no red flags, no identifiers taken out, no record. `/predict` is a plain
function, which FastAPI runs in a pool of forty threads; `/predict-in-turn` answers one after another.
"""

from __future__ import annotations

import os

import torch
from fastapi import FastAPI
from pydantic import BaseModel
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from workup.run import Run


class Case(BaseModel):
    text: str


def app() -> FastAPI:
    run = Run.load(os.environ["WORKUP_NAIVE"])
    recipe, folder = run.recipe, str(run.model_folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSeq2SeqLM.from_pretrained(folder, dtype=torch.float32).eval()
    prompt, settings = run.predictor.prompt, recipe.generation
    server = FastAPI()

    @server.post("/predict")
    def predict(case: Case) -> dict[str, str]:
        source = prompt.source_of_text(case.text)
        batch = tokenizer(
            source, return_tensors="pt", truncation=True, max_length=recipe.tokens.source_length
        )
        with torch.inference_mode():
            ids = model.generate(
                **batch, num_beams=settings.num_beams, max_new_tokens=settings.max_new_tokens
            )
        return {"answer": tokenizer.decode(ids[0], skip_special_tokens=True)}

    @server.post("/predict-in-turn")
    async def predict_in_turn(case: Case) -> dict[str, str]:
        return predict(case)

    return server

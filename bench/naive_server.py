"""The service that anyone writes first: FastAPI, and one `model.generate` for each request.

    WORKUP_NAIVE=runs/diagnoser .venv/bin/uvicorn --factory bench.naive_server:app

It gives the text that the model writes, with the generation settings of the recipe, and nothing else: no
probabilities, no abstention, no red flags, no identifiers taken out, no record. `/predict` is a plain
function, which FastAPI runs in a pool of forty threads; `/predict-in-turn` answers one after another.
`/differential` gives the ten texts of a search with ten beams, each with its probability.
"""

from __future__ import annotations

import os
from typing import Any

import torch
from fastapi import FastAPI
from pydantic import BaseModel
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from workup.run import Run

TEN = 10


class Case(BaseModel):
    text: str


def app() -> FastAPI:
    run = Run.load(os.environ["WORKUP_NAIVE"])
    recipe, folder = run.recipe, str(run.model_folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSeq2SeqLM.from_pretrained(folder, dtype=torch.float32).eval()
    prompt, settings = run.predictor.prompt, recipe.generation
    server = FastAPI()

    def generated(case: Case, **how: Any) -> Any:
        source = prompt.source_of_text(case.text)
        batch = tokenizer(
            source, return_tensors="pt", truncation=True, max_length=recipe.tokens.source_length
        )
        with torch.inference_mode():
            return model.generate(**batch, max_new_tokens=settings.max_new_tokens, **how)

    @server.post("/predict")
    def predict(case: Case) -> dict[str, str]:
        ids = generated(case, num_beams=settings.num_beams)
        return {"answer": tokenizer.decode(ids[0], skip_special_tokens=True)}

    @server.post("/differential")
    def differential(case: Case) -> dict[str, float]:
        found = generated(
            case,
            num_beams=TEN,
            num_return_sequences=TEN,
            length_penalty=0.0,
            output_scores=True,
            return_dict_in_generate=True,
        )
        answers = tokenizer.batch_decode(found.sequences, skip_special_tokens=True)
        return dict(zip(answers, found.sequences_scores.exp().tolist(), strict=True))

    @server.post("/predict-in-turn")
    async def predict_in_turn(case: Case) -> dict[str, str]:
        return predict(case)

    return server

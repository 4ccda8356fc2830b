"""A small fine-tune of the clinic: eight conditions of the case book, learned in seconds."""

import json
from pathlib import Path

from workup.clinic.cases import rows
from workup.recipe import Recipe
from workup.run import Run, train

KNOWN = (
    "Acute myocardial infarction",
    "Pneumonia",
    "Acute appendicitis",
    "Migraine",
    "Psoriasis",
    "Gout",
    "Graves disease",
    "Ureteral stone",
)


def make_clinic_recipe(source: Path) -> Recipe:
    return Recipe.model_validate(
        {
            "base": "builtin",
            "data": {"source": str(source), "split": "column", "split_column": "use", "accepted": "aliases"},
            "prompt": {
                "prefix": "medical diagnosis: ",
                "template": "{findings} What is the most likely diagnosis?",
            },
            "target": {"template": "{diagnosis}"},
            "tokens": {"source_length": 256, "target_length": 32},
            "training": {
                "epochs": 2.0,
                "batch_size": 8,
                "learning_rate": 1e-3,
                "optimizer": "adafactor",
                "precision": "float32",
                "evaluate_every": "never",
                "checkpoint_every": "never",
            },
            "generation": {"num_beams": 1, "max_new_tokens": 16},
            "notice": "A test, not a doctor.",
        }
    )


def train_clinic(folder: Path) -> Run:
    known = [row.values for row in rows() if row.values["diagnosis"] in KNOWN]
    source = folder / "cases.jsonl"
    source.write_text("\n".join(json.dumps(values) for values in known), encoding="utf-8")
    return train(make_clinic_recipe(source), folder / "run")

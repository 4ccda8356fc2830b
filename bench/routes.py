"""Ways to a base model, as short trials: what each reaches with about the same minutes of one core.

    .venv/bin/python bench/routes.py run --corpus FOLDER --teacher FOLDER [--only NAME]   # all-MiniLM-L6-v2
    .venv/bin/python bench/routes.py show

Each trial makes a small base from nothing and fine-tunes it once on the 513 hand-written cases, as
bench/base_model.py does; the test is the book's 342 hand-written validation cases as free text. One seed:
differences of a few points mean nothing. Results are kept in bench/results/routes.json as they come; `show`
prints the table that dev/LOG.md holds.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
RESULTS = HERE / "results" / "routes.json"

PROMPTS = [
    "medical diagnosis: {text} What is the most likely diagnosis?",
    "{text}",
]
CASES = {"source": "synthetic:40000@1", "prompts": PROMPTS, "target": "{diagnosis}", "share": 0.95}
LEARNING = {
    "steps": 200,
    "batch_size": 16,
    "learning_rate": 3e-4,
    "decoder_learning_rate": 2e-3,
    "pairs": [{**CASES, "shortened": 0.6, "label": "diagnosis"}],
    "gaps": 0.05,
}
# Six minutes of one core, as the 60 steps of distillation are.
SPANS = {**LEARNING, "steps": 120, "batch_size": 32, "learning_rate": 2e-3, "pairs": [], "gaps": 1.0}
DISTILLATION = {"steps": 60, "batch_size": 32, "learning_rate": 1e-3}
UNIGRAM, PIECES = ({"kind": kind, "pieces": 12_000} for kind in ("unigram", "teacher"))
TAUGHT = {"tokenizer": PIECES, "distillation": DISTILLATION, "learning": LEARNING}
ALONE = {"tokenizer": UNIGRAM, "encoder": {}, "learning": SPANS, "further": [LEARNING]}
WIDE = {"width": 512, "heads": 8, "hidden": 2048, "layers": 3}

# Each a plan without its corpus and teacher.
TRIALS: dict[str, dict[str, Any]] = {
    "A: span corruption, no teacher": ALONE,
    "A: the same, 3 layers of 512 instead of 6 of 384": {**ALONE, "encoder": WIDE},
    "B: taught by MiniLM": TAUGHT,
    "B: the same, own unigram pieces": {**TAUGHT, "tokenizer": UNIGRAM},
    "B: the same, a quarter of the rows are gaps": {
        **TAUGHT,
        "learning": {**LEARNING, "gaps": 0.25, "pairs": [{**LEARNING["pairs"][0], "share": 0.75}]},
    },
}
# Not made by a plan: the teacher itself reads, and a decoder of one layer is learned.
UPPER = "C: the encoder is MiniLM itself"


def make(name: str, corpus: str, teacher: str, folder: Path) -> Path:
    """The folder of a trial's base."""
    from workup.pretraining.plan import Plan
    from workup.pretraining.pretrain import pretrain

    if name == UPPER:
        return with_minilm(teacher, folder)
    texts = [{"source": "synthetic:10000@777", "columns": ["text", "whole"]}]
    taught = {"teacher": {"folder": teacher}} if "distillation" in TRIALS[name] else {}
    plan = Plan.model_validate({"corpus": corpus, "texts": texts, **taught, **TRIALS[name]})
    return pretrain(plan, folder)


def with_minilm(teacher: str, folder: Path) -> Path:
    """An EncoderDecoderModel, fine-tuned by a recipe on as many generated cases as the others learn."""
    from transformers import AutoTokenizer, BertConfig, BertLMHeadModel, BertModel, EncoderDecoderModel

    from base_model import recipe
    from workup import train
    from workup.recipe import Recipe

    tokenizer = AutoTokenizer.from_pretrained(teacher)
    tokenizer.bos_token, tokenizer.eos_token = tokenizer.cls_token, tokenizer.sep_token
    encoder = BertModel.from_pretrained(teacher)
    shape = {**encoder.config.to_dict(), "num_hidden_layers": 1}
    decoder = BertLMHeadModel(BertConfig(**{**shape, "is_decoder": True, "add_cross_attention": True}))
    decoder.bert.embeddings.load_state_dict(encoder.embeddings.state_dict())
    model = EncoderDecoderModel(encoder=encoder, decoder=decoder)
    for config in (model.config, model.generation_config):
        config.decoder_start_token_id = tokenizer.cls_token_id
        config.eos_token_id, config.pad_token_id = tokenizer.sep_token_id, tokenizer.pad_token_id
    model.save_pretrained(folder / "start")
    tokenizer.save_pretrained(folder / "start")
    rows = LEARNING["steps"] * LEARNING["batch_size"]
    whole = recipe(str(folder / "start"), "513", 0).model_dump()
    whole["data"] |= {"source": f"synthetic:{rows}@1", "split": "none", "split_column": None}
    whole["training"] |= {"epochs": 1.0, "optimizer": "adamw", "learning_rate": 3e-4}
    return train(Recipe.model_validate(whole), folder / "run").model_folder


def run(corpus: str, teacher: str, only: str) -> None:
    """Every trial that has no result yet."""
    from base_model import fine_tune

    for name in [*TRIALS, UPPER]:
        results = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
        if name in results or not name.startswith(only):
            continue
        print(name, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            started = time.process_time()
            base = make(name, corpus, teacher, Path(folder))
            minutes = (time.process_time() - started) / 60
            results[name] = {"minutes": round(minutes, 1), **fine_tune(str(base), "513", 0)}
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
        print(f"  {minutes:.1f} minutes, top-1 {results[name]['top1']:.1%}", flush=True)


def show() -> None:
    """The table."""
    print("| trial | minutes of one core | top-1 | top-3 | telegraphic / note / lay |\n|---|---|---|---|---|")
    for name, found in json.loads(RESULTS.read_text()).items():
        styles = " / ".join(
            f"{100 * found['by_style'][style]:.0f}" for style in ("telegraphic", "note", "lay")
        )
        print(f"| {name} | {found['minutes']} | {found['top1']:.1%} | {found['top3']:.1%} | {styles} |")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    whole = commands.add_parser("run")
    for name in ("--corpus", "--teacher"):
        whole.add_argument(name, required=True)
    whole.add_argument("--only", default="", help="the beginning of a trial's name")
    commands.add_parser("show")
    given = parser.parse_args()
    if given.command == "run":
        run(given.corpus, given.teacher, given.only)
    else:
        show()


if __name__ == "__main__":
    main()

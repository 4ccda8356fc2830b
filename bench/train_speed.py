"""How fast is a fine-tune, and what does it learn in that time? Three ways, on the same rows and base.

    .venv/bin/python bench/train_speed.py [--inputs symptoms|cases] [--epochs 10] [--rounds 3]

guide     a script in the manner of the debugging guide's last one: everything padded to 128 and 32
          tokens, its learning rate, batch and warm-up, transformers' Trainer as it comes
workup    recipes/clinic.yaml through `workup.pipeline.training`: dynamic padding, rows of like length
          together, bf16 where the CPU computes in it
bare      the same batches, loss, optimizer and schedule as `workup` in a loop written by hand: what is
          left when everything that is not the training itself is taken away

`symptoms` are the first sentence of each case and the question, about as long as the guide's own inputs
(39 tokens on average; its one is 36); `cases` are the whole cases of the book (84 tokens). Each route runs in
a fresh process, in turn, several rounds; rates count training only, without imports, loading or saving. The
losses are on the validation cases, in nats per target token, pads not counted.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROUTES = ("guide", "workup", "bare")
RECIPES = Path(__file__).parent.parent / "recipes"


def write_rows(inputs: str, path: Path) -> None:
    """The case book as a file, its findings shortened to the symptoms where these are asked for."""
    from workup.clinic.cases import rows

    cases = [dict(row.values) for row in rows()]
    if inputs == "symptoms":
        for case in cases:
            case["findings"] = case["findings"].partition(". ")[0] + "."
    path.write_text("".join(json.dumps(case) + "\n" for case in cases), encoding="utf-8")


def described(rows: str, epochs: float) -> Any:
    """The clinic's recipe on these rows, for so many epochs, looking at no validation loss meanwhile."""
    from workup.recipe import Recipe

    clinic = Recipe.load(RECIPES / "clinic.yaml").change("training.epochs", epochs)
    return clinic.change("training.evaluate_every", "never").change("data.source", rows)


def guide(recipe: Any) -> tuple[float, Any, Any]:
    """Seconds of training, model, tokenizer."""
    from datasets import Dataset
    from transformers import DataCollatorForSeq2Seq, Trainer, TrainingArguments

    from workup.pipeline import builtin
    from workup.run import examples

    model, tokenizer = builtin.load()
    question = "What is the most likely diagnosis?"
    data = Dataset.from_list(
        [{"input": f"{e.content} {question}", "output": e.target} for e in examples(recipe).train]
    )

    def tokenize(example: dict[str, str]) -> Any:
        prompt = f"medical diagnosis: {example['input']}"
        encoded = tokenizer(prompt, truncation=True, padding="max_length", max_length=128)
        target = tokenizer(example["output"], truncation=True, padding="max_length", max_length=32)
        encoded["labels"] = target["input_ids"]
        return encoded

    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(
            model=model,
            args=TrainingArguments(
                output_dir=folder,
                per_device_train_batch_size=4,
                num_train_epochs=recipe.training.epochs,
                learning_rate=3e-4,
                warmup_steps=50,
                logging_steps=10,
                save_strategy="no",
                report_to="none",
                disable_tqdm=True,
            ),
            train_dataset=data.map(tokenize).remove_columns(["input", "output"]),
            processing_class=tokenizer,
            data_collator=DataCollatorForSeq2Seq(tokenizer, model=model),
        )
        started = time.perf_counter()
        trainer.train()
    return time.perf_counter() - started, model, tokenizer


def workup(recipe: Any) -> tuple[float, Any, Any]:
    from workup.pipeline import hardware, training
    from workup.pipeline.events import ignore
    from workup.run import prepare

    prepared = prepare(recipe)
    with tempfile.TemporaryDirectory() as folder, hardware.computing_on(prepared.threads):
        started = time.perf_counter()
        rows = prepared.train.rows
        training.fit(prepared.base, rows, [], recipe, Path(folder), bf16=prepared.bf16, watch=ignore)
    return time.perf_counter() - started, prepared.base.model, prepared.base.tokenizer


def bare(recipe: Any) -> tuple[float, Any, Any]:
    import torch
    from transformers import get_scheduler

    from workup.pipeline import hardware, training
    from workup.pipeline.batching import EpochOrder, collator
    from workup.run import prepare

    prepared = prepare(recipe)
    rows, model, size = prepared.train.rows, prepared.base.model, recipe.training.batch_size
    collate = collator(prepared.base.tokenizer, model)
    epochs_done = 0
    order = EpochOrder(
        len(rows),
        lengths=[len(row["input_ids"]) for row in rows],
        group=size,
        seed=recipe.seed,
        epoch=lambda: epochs_done,
    )
    total = training.total_steps(len(rows), recipe)
    optimizer_class, settings = training.adafactor(recipe.training)
    optimizer = optimizer_class(model.parameters(), **settings)
    warmup = training.warmup_steps(recipe.training, total)
    scheduler = get_scheduler(recipe.training.schedule, optimizer, warmup, total)
    loss_of = training.TokenLoss(0.0)
    model.train()
    with hardware.computing_on(prepared.threads):
        started = time.perf_counter()
        for epochs_done in range(int(recipe.training.epochs)):  # noqa: B007 - the order reads it
            indices = list(order)
            for start in range(0, len(indices), size):
                batch = collate([rows[i] for i in indices[start : start + size]])
                labels = batch.pop("labels")
                with torch.autocast("cpu", torch.bfloat16, enabled=prepared.bf16):
                    outputs = model(**batch)
                loss_of(outputs, labels).backward()
                torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.training.max_grad_norm)
                optimizer.step()
                scheduler.step()
                optimizer.zero_grad()
    return time.perf_counter() - started, model, prepared.base.tokenizer


def measure(route: str, rows: Path, epochs: float) -> dict[str, float]:
    """In a fresh process: rows a second, and the validation loss afterwards."""
    command = [sys.executable, __file__, "--only", route, "--rows", str(rows), "--epochs", str(epochs)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{route} failed:\n{done.stderr}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def run_one(route: str, recipe: Any) -> None:
    from workup.pipeline.predictor import Predictor
    from workup.run import examples

    divided = examples(recipe)
    seconds, model, tokenizer = {"guide": guide, "workup": workup, "bare": bare}[route](recipe)
    rate = len(divided.train) * recipe.training.epochs / seconds
    loss = Predictor(model.eval(), tokenizer, recipe).loss(divided.validation)
    print(json.dumps({"rate": rate, "loss": loss}))


def report(measured: dict[str, list[dict[str, float]]]) -> None:
    print(f"{'':8} {'rows/s':>8} {'validation loss':>16}")
    for route, results in measured.items():
        rate = statistics.median(result["rate"] for result in results)
        loss = statistics.median(result["loss"] for result in results)
        print(f"{route:<8} {rate:8.1f} {loss:16.3f}")
    for left, right in (("workup", "guide"), ("workup", "bare")):
        ratios = [a["rate"] / b["rate"] for a, b in zip(measured[left], measured[right], strict=True)]
        middle, low, high = statistics.median(ratios), min(ratios), max(ratios)
        print(f"{left} / {right}: {middle:.2f} times the rows a second (rounds: {low:.2f} to {high:.2f})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--inputs", choices=("symptoms", "cases"), default="symptoms", help="how long inputs are"
    )
    parser.add_argument("--epochs", type=float, default=10, help="of every route")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each route, in turn")
    parser.add_argument("--only", choices=ROUTES, help=argparse.SUPPRESS)
    parser.add_argument("--rows", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        run_one(arguments.only, described(arguments.rows, arguments.epochs))
        return
    import torch

    from workup.pipeline import hardware
    from workup.recipe import Training

    print(
        f"torch {torch.__version__}, {torch.get_num_threads()} CPU cores; {hardware.precision(Training())[1]}"
    )
    print(f"inputs: {arguments.inputs}; {arguments.epochs:g} epochs each")
    measured: dict[str, list[dict[str, float]]] = {route: [] for route in ROUTES}
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.jsonl"
        write_rows(arguments.inputs, rows)
        for number in range(arguments.rounds):
            for route in ROUTES:
                measured[route].append(measure(route, rows, arguments.epochs))
                rate = measured[route][-1]["rate"]
                print(f"  round {number + 1}  {route:<7} {rate:.1f} rows/s", file=sys.stderr)
    report(measured)


if __name__ == "__main__":
    main()

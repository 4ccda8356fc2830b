"""What is a base worth? Fine-tunes of several bases, and what must be beaten, on the very same data.

    .venv/bin/python bench/base_model.py baselines --teacher FOLDER   # all-MiniLM-L6-v2
    .venv/bin/python bench/base_model.py run --base builtin [--settings 25,160,...] [--seeds 0,1,2]
    .venv/bin/python bench/base_model.py show

A base is "builtin", "random" (the same shape and tokenizer, weights drawn from the seed, and ten times the
learning rate), or a folder. A setting is a number of hand-written training cases, and of synthetic ones
beside them. The test is always the book's 342 hand-written validation cases as free text, a third each
telegraphic, notes and lay words: a small hand-made set. Every fine-tune runs in a fresh process; results are
kept in bench/results/base_model.json as they come, and what is there already is not run again. `show` writes
the table into docs/base-model.md.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "base_model.json"
PAGE = HERE.parent / "docs" / "base-model.md"
STYLES = ("telegraphic", "note", "lay")
SETTINGS = ("25", "160", "513", "25+2000", "160+2000", "513+2000")
# Passes over the training cases, and rows in a batch.
EPOCHS = {
    "25": (20, 8),
    "160": (8, 16),
    "513": (4, 16),
    "25+2000": (2, 16),
    "160+2000": (2, 16),
    "513+2000": (2, 16),
}
# Of Adafactor: a share of each weight matrix's own size. Random weights have further to go.
RATE, RATE_FROM_RANDOM = 1e-3, 1e-2


def recipe(base: str, setting: str, seed: int) -> Any:
    """The clinic's recipe on free text, from the base, with the setting's rows."""
    from workup.recipe import Recipe

    by_hand, _, synthetic = setting.partition("+")
    epochs, batch = EPOCHS[setting]
    changes: dict[str, Any] = {
        "base": base,
        "seed": seed,
        "prompt.template": "{text} What is the most likely diagnosis?",
        "data.strata": "style",
        "training.epochs": float(epochs),
        "training.batch_size": batch,
        "training.learning_rate": RATE_FROM_RANDOM if Path(base).name == "random" else RATE,
        "training.evaluate_every": "never",
    }
    if by_hand != "513":
        changes["data.limit"] = int(by_hand)
    if synthetic:
        changes["data.extra_source"] = f"synthetic:{synthetic}@{1000 + seed}"
    changed = Recipe.load(HERE.parent / "recipes" / "clinic.yaml")
    for path, value in changes.items():
        changed = changed.change(path, value)
    return changed


def fine_tune(base: str, setting: str, seed: int) -> dict[str, Any]:
    """Train and evaluate once: shares of right answers, 0 to 1."""
    from workup import train

    with tempfile.TemporaryDirectory() as folder:
        start = random_base(Path(folder) / "random", seed) if base == "random" else base
        started = time.perf_counter()
        run = train(recipe(start, setting, seed), Path(folder) / "run")
        seconds = time.perf_counter() - started
        evaluation = run.evaluate()
    return {
        "seconds": round(seconds),
        "top1": evaluation.model.top1.value,
        "top3": evaluation.model.top3.value,
        "by_style": {name: accuracy.top1.value for name, accuracy in evaluation.strata.items()},
    }


def random_base(folder: Path, seed: int) -> str:
    """A folder with a T5 of the built-in base's shape and its tokenizer, its weights drawn from the seed."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    from workup.pipeline import builtin

    model, tokenizer = builtin.load()
    torch.manual_seed(seed)
    T5ForConditionalGeneration(T5Config(**model.config.to_dict())).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def baselines(teacher: Path) -> None:
    """All baselines on every setting."""
    results = _read()
    for setting in SETTINGS:
        results.setdefault("baselines", {})[setting] = _baselines(setting, teacher)
        _write(results)


def _baselines(setting: str, teacher: Path) -> dict[str, Any]:
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    from workup.clinic.book import conditions
    from workup.clinic.cases import description
    from workup.data.rows import Example
    from workup.evaluation.baselines import nearest_case, tfidf
    from workup.run import examples

    divided = examples(recipe("builtin", setting, 0))
    train, test = divided.train, divided.validation
    labels = [example.answers[0] for example in train]

    def regression(features: Any, queries: Any, strength: float) -> tuple[Any, Any]:
        model = LogisticRegression(C=strength, max_iter=2000).fit(features, labels)
        return model.classes_, np.log(model.predict_proba(queries) + 1e-12)

    def ranked(classes: Any, scores: Any) -> list[list[str]]:
        return [[str(classes[n]) for n in row[:3]] for row in (-scores).argsort(axis=1, kind="stable")]

    classes, words = regression(*tfidf(train, test), 10.0)
    vectors = (
        sentence_vectors(teacher, [e.content for e in train]),
        sentence_vectors(teacher, [e.content for e in test]),
    )
    _, meanings = regression(*vectors, 100.0)
    lines = [Example(c.name, "", c.name, description(c), c.names, c.name, {}) for _, c in conditions()]
    found = {
        "TF-IDF + logistic regression": ranked(classes, words),
        "nearest case": nearest_case(train, test),
        "TF-IDF retrieval over descriptions": nearest_case(lines, test),
        "MiniLM + logistic regression": ranked(classes, meanings),
        "product of TF-IDF and MiniLM": ranked(classes, words + meanings),
    }
    return {name: _judge(answers, test) for name, answers in found.items()}


def sentence_vectors(folder: Path, texts: Sequence[str]) -> Any:
    """(N, 384) vectors of unit length."""
    import torch

    from workup.pretraining.teacher import Teacher

    teacher = Teacher(folder)
    batches = [teacher.read(texts[start : start + 32]).sentences for start in range(0, len(texts), 32)]
    return torch.nn.functional.normalize(torch.cat(batches), dim=-1).numpy()


def _judge(answers: Sequence[Sequence[str]], test: Sequence[Any]) -> dict[str, Any]:
    from workup.evaluation.metrics import rank

    ranks = [rank(a, e.answers) for a, e in zip(answers, test, strict=True)]
    styles = [e.metadata["style"] for e in test]

    def share(most: int, style: str | None = None) -> float:
        chosen = [r for r, s in zip(ranks, styles, strict=True) if style in (None, s)]
        return sum(r is not None and r <= most for r in chosen) / len(chosen)

    return {"top1": share(1), "top3": share(3), "by_style": {style: share(1, style) for style in STYLES}}


def run(base: str, settings: Sequence[str], seeds: Sequence[int]) -> None:
    """Every setting and seed in a fresh process."""
    for setting in settings:
        for seed in seeds:
            name = Path(base).name
            if str(seed) in _read().get("bases", {}).get(name, {}).get(setting, {}):
                continue
            print(f"{name}, {setting} cases, seed {seed}: training", flush=True)
            command = [sys.executable, __file__, "one", base, setting, str(seed)]
            child = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            result = json.loads(child.stdout.splitlines()[-1])
            results = _read()
            results.setdefault("bases", {}).setdefault(name, {}).setdefault(setting, {})[str(seed)] = result
            _write(results)
            print(f"  top-1 {result['top1']:.1%}, {result['seconds']} s", flush=True)


def show() -> None:
    """Write the table between the marks of the page."""
    results = _read()
    lines = [
        "| method | " + " | ".join(f"{setting} cases" for setting in SETTINGS) + " | by style at 513 |",
        "|---|" + "---|" * len(SETTINGS) + "---|",
    ]
    for name in results["baselines"]["513"]:
        lines.append(_line(name, {s: [found[name]] for s, found in results["baselines"].items()}))
    for name, settings in results.get("bases", {}).items():
        lines.append(
            _line(f"fine-tuned `{name}`", {s: list(seeds.values()) for s, seeds in settings.items()})
        )
    before, _, rest = PAGE.read_text().partition("<!-- table -->\n")
    after = rest.partition("<!-- end -->")[2]
    PAGE.write_text(f"{before}<!-- table -->\n" + "\n".join(lines) + f"\n<!-- end -->{after}")


def _line(name: str, found: dict[str, list[Any]]) -> str:
    """A row of the table; `found` holds the results of every seed of a setting."""
    cells = [_cell([result["top1"] for result in found.get(setting, [])]) for setting in SETTINGS]
    full = found.get("513", [])
    styles = " / ".join(_cell([result["by_style"][style] for result in full]) for style in STYLES)
    return f"| {name} | " + " | ".join(cells) + f" | {styles if full else '-'} |"


def _cell(values: list[float]) -> str:
    if not values:
        return "-"
    spread = f" ± {100 * statistics.stdev(values):.1f}" if len(values) > 1 else ""
    return f"{100 * statistics.mean(values):.1f}{spread}"


def _read() -> dict[str, Any]:
    return json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}


def _write(results: dict[str, Any]) -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("baselines").add_argument("--teacher", type=Path, required=True)
    whole = commands.add_parser("run")
    whole.add_argument("--base", default="builtin")
    whole.add_argument("--settings", default=",".join(SETTINGS))
    whole.add_argument("--seeds", default="0,1,2")
    one = commands.add_parser("one")
    for name, kind in (("base", str), ("setting", str), ("seed", int)):
        one.add_argument(name, type=kind)
    commands.add_parser("show")
    given = parser.parse_args()
    if given.command == "baselines":
        baselines(given.teacher)
    elif given.command == "run":
        run(given.base, given.settings.split(","), [int(seed) for seed in given.seeds.split(",")])
    elif given.command == "one":
        print(json.dumps(fine_tune(given.base, given.setting, given.seed)))
    else:
        show()


if __name__ == "__main__":
    main()

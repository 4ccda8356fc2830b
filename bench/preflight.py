"""How long does an examination take before a training on a huge data set, and what takes the time?

    .venv/bin/python bench/preflight.py [--rows 1000000] [--rounds 3]

A tokenized data set of so many rows is made in memory, in chunks of a thousand as `Dataset.map` writes it,
and given to a Seq2SeqTrainer with a tiny model. What `examine(trainer)` does is timed, from Trainer to
Report: with the rows of ids alone, and with the same rows as text beside them. CPU seconds are given beside
those of the clock, for a machine that has other work. The table names the checks and measurements that take
the most of them. What is computed with the model grows with the model and not with the rows: the tiny one
shows what the rows cost.
"""

from __future__ import annotations

import argparse
import functools
import json
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

RESULT = Path(__file__).parent / "results" / "preflight.json"
TARGET = 5.0
WORDS = [f"word{n}" for n in range(2000)]
PAD, END, FIRST = 0, 1, 2
SHOWN = 6


def tokenizer() -> Any:
    """One that knows the words, each as one token, and appends the end token."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = {"<pad>": PAD, "</s>": END, **{word: FIRST + n for n, word in enumerate(WORDS)}}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="<pad>"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    made.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", END)])
    return PreTrainedTokenizerFast(tokenizer_object=made, pad_token="<pad>", eos_token="</s>")


def dataset(count: int) -> Any:
    """Rows of 40 words whose first three are the target, as ids and as text."""
    import numpy as np
    import pyarrow as pa
    from datasets import Dataset

    sources = np.random.default_rng(0).integers(FIRST, FIRST + len(WORDS), (count, 41), dtype=np.int32)
    sources[:, -1] = END
    targets = sources[:, [0, 1, 2, -1]]

    def column(ids: Any) -> Any:
        width = ids.shape[1]
        return pa.ListArray.from_arrays(
            np.arange(0, count * width + 1, width, dtype=np.int32), ids.reshape(-1)
        )

    def text(ids: Any) -> Any:
        words = np.array(["<pad>", "</s>", *WORDS])
        return pa.array([" ".join(row) for row in words[ids[:, :-1]]])

    table = pa.table({
        "input_ids": column(sources),
        "attention_mask": column(np.ones_like(sources)),
        "labels": column(targets),
        "source": text(sources),
        "target": text(targets),
    })  # fmt: skip
    return Dataset(pa.Table.from_batches(table.to_batches(max_chunksize=1000)))


class Pairs(Sequence[Any]):
    """The rows of a data set as text, each read when it is asked for."""

    def __init__(self, rows: Any) -> None:
        self.rows = rows.select_columns(["source", "target"])

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: Any) -> Any:
        from workup.examine.subject import Pair

        return Pair(**self.rows[place])


def trainer(rows: Any, folder: str) -> Any:
    from transformers import (
        DataCollatorForSeq2Seq,
        Seq2SeqTrainer,
        Seq2SeqTrainingArguments,
        T5Config,
        T5ForConditionalGeneration,
    )

    words = tokenizer()
    config = T5Config(
        vocab_size=len(words),
        d_model=32,
        d_kv=8,
        num_heads=4,
        d_ff=64,
        num_layers=1,
        decoder_start_token_id=PAD,
    )
    model = T5ForConditionalGeneration(config)
    return Seq2SeqTrainer(
        model=model,
        args=Seq2SeqTrainingArguments(
            folder, report_to="none", use_cpu=True, predict_with_generate=True, generation_max_length=16
        ),
        train_dataset=rows,
        eval_dataset=rows.select(range(len(rows) // 10)),
        data_collator=DataCollatorForSeq2Seq(words, model=model),
        processing_class=words,
    )


def timed(function: Callable[..., Any], spent: Counter[str]) -> Callable[..., Any]:
    """The function, which adds its CPU seconds to those spent; what it asks for was measured before."""

    @functools.wraps(function)
    def run(**parts: Any) -> Any:
        started = time.process_time()
        try:
            return function(**parts)
        finally:
            spent[function.__name__] += time.process_time() - started

    return run


def examination(trainer: Any, **parts: Any) -> tuple[float, float, Counter[str], Any]:
    """Its seconds by the clock and of the CPU, those of each part, and its report.

    It is `examine(trainer)` with a clock at every check and measurement.
    """
    import dataclasses

    from workup.examine.checks import CATALOGUE
    from workup.examine.gather.from_trainer import of_trainer
    from workup.examine.measurements import MEASUREMENTS
    from workup.examine.runner import run

    spent: Counter[str] = Counter()
    checks = [dataclasses.replace(check, function=timed(check.function, spent)) for check in CATALOGUE]
    measurements = {name: timed(function, spent) for name, function in MEASUREMENTS.items()}
    started, busy = time.perf_counter(), time.process_time()
    report = run(of_trainer(trainer, **parts), checks, measurements)
    return time.perf_counter() - started, time.process_time() - busy, spent, report


def measure(trainer: Any, rounds: int, **parts: Any) -> dict[str, Any]:
    """The median of several examinations, what takes their time, and how many rows they looked at."""
    seconds, of_cpu, spent = [], [], Counter[str]()
    for _ in range(rounds):
        took, busy, parts_took, report = examination(trainer, **parts)
        seconds.append(took)
        of_cpu.append(busy)
        spent += parts_took
        if report.broken:
            sys.exit(f"checks failed: {[(one.check.code, one.error) for one in report.broken]}")
    looked_at = [finding.evidence.get("rows looked at") for finding in report.findings]
    return {
        "seconds": statistics.median(seconds),
        "slowest": max(seconds),
        "cpu_seconds": statistics.median(of_cpu),
        "checks_made": len(report.done),
        "rows_looked_at": sorted({rows for rows in looked_at if rows}),
        "findings": [f"{finding.code}: {finding.summary}" for finding in report.findings],
        "most_time": {name: round(took / rounds, 4) for name, took in spent.most_common(SHOWN)},
    }


def show(name: str, measured: dict[str, Any]) -> None:
    verdict = "within" if measured["seconds"] < TARGET else "beyond"
    print(
        f"{name}: {measured['seconds']:.2f} s (slowest {measured['slowest']:.2f} s), {verdict} "
        f"{TARGET:g} s; {measured['cpu_seconds']:.2f} s of CPU; {measured['checks_made']} checks"
    )
    for part, seconds in measured["most_time"].items():
        print(f"  {part:<32} {seconds:8.3f} s")
    for finding in measured["findings"]:
        print(f"  {finding}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--result", type=Path, default=RESULT)
    given = parser.parse_args()
    rows = dataset(given.rows)
    with tempfile.TemporaryDirectory() as folder:
        prepared = trainer(rows, folder)
        measured = {
            "ids": measure(prepared, given.rounds),
            "ids and texts": measure(
                prepared, given.rounds, train_pairs=Pairs(rows), eval_pairs=Pairs(prepared.eval_dataset)
            ),
        }
    for name, result in measured.items():
        show(f"{given.rows:,} rows, {name}", result)
    given.result.parent.mkdir(exist_ok=True)
    given.result.write_text(json.dumps({"rows": given.rows, **measured}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

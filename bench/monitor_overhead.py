"""What does a Monitor cost a training? The same run without it and with it, in turn.

    .venv/bin/python bench/monitor_overhead.py [--pairs 12] [--steps 60] [--models builtin t5-small]

`builtin` is the base of this package, `t5-small` a T5 of that size with random weights. Each pair is two runs
from the same weights on the same rows, one of them with `Monitor()` as it comes; which goes first alternates.
A step lasts from its beginning to that of the next, its line in the log included; a run counts by the median
of its steps. The ratio is the geometric mean over the pairs, with the 95 % t interval of its logarithm.
Beside it stands what the Monitor's own code took between the steps, by a clock of its own, which the noise of
a busy machine hardly touches; and what the examinations before the first step and after the last one took,
which are paid once a training. Both runs of a pair must end with the same weights, bit for bit.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from scipy import stats
from transformers import (
    DataCollatorForSeq2Seq,
    PrinterCallback,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
    T5Config,
    T5ForConditionalGeneration,
    TrainerCallback,
)

import workup
from workup.clinic.cases import rows
from workup.pipeline import builtin

RESULT = Path(__file__).parent / "results" / "monitor_overhead.json"
TARGET = 1.01
BATCH = 8
LOGGED = 10
# The first steps of a run are slower: memory is asked for, kernels are chosen.
WARM_UP = 3


def t5_small() -> tuple[Any, Any]:
    """A random T5 of t5-small's size, with the tokenizer of the built-in base."""
    _, tokenizer = builtin.load()
    config = T5Config(
        vocab_size=32128, d_model=512, d_kv=64, num_heads=8, d_ff=2048, num_layers=6, decoder_start_token_id=0
    )
    torch.manual_seed(0)
    return T5ForConditionalGeneration(config), tokenizer


MODELS = {"builtin": builtin.load, "t5-small": t5_small}


class Clock(TrainerCallback):
    """When each step began."""

    def __init__(self) -> None:
        self.begun: list[float] = []

    def on_step_begin(self, *_: Any, **__: Any) -> None:
        self.begun.append(time.perf_counter())

    @property
    def seconds(self) -> float:
        """The median step."""
        pairs = zip(self.begun[WARM_UP:], self.begun[WARM_UP + 1 :], strict=False)
        return statistics.median(later - earlier for earlier, later in pairs)


class Timed(workup.Monitor):
    """A Monitor that knows how long it took: at either end of the training, and between."""

    def __init__(self) -> None:
        super().__init__()
        self.at_ends = self.between = 0.0

    def on_train_begin(self, *given: Any, **more: Any) -> None:
        started = time.perf_counter()
        super().on_train_begin(*given, **more)
        self.at_ends += time.perf_counter() - started

    def on_train_end(self, *given: Any, **more: Any) -> None:
        started = time.perf_counter()
        super().on_train_end(*given, **more)
        self.at_ends += time.perf_counter() - started

    def on_log(self, *given: Any, **more: Any) -> None:
        started = time.perf_counter()
        super().on_log(*given, **more)
        self.between += time.perf_counter() - started


def tokenized(tokenizer: Any, count: int) -> list[dict[str, Any]]:
    """Cases of the case book and their answers, again from the first where they do not suffice."""
    cases = [row.values for row in rows()]
    chosen = [cases[n % len(cases)] for n in range(count)]
    made = tokenizer(
        [str(case["findings"]) for case in chosen], text_target=[str(case["diagnosis"]) for case in chosen]
    )
    names = ("input_ids", "attention_mask", "labels")
    return [{name: made[name][n] for name in names} for n in range(count)]


def run(model: Any, tokenizer: Any, data: list[Any], steps: int, *callbacks: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        arguments = Seq2SeqTrainingArguments(
            folder,
            max_steps=steps,
            per_device_train_batch_size=BATCH,
            logging_steps=LOGGED,
            learning_rate=3e-4,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=True,
        )
        trainer = Seq2SeqTrainer(
            model=model,
            args=arguments,
            train_dataset=data,
            data_collator=DataCollatorForSeq2Seq(tokenizer, model=model),
            processing_class=tokenizer,
            callbacks=list(callbacks),
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train()


def measure(name: str, pairs: int, steps: int) -> dict[str, Any]:
    model, tokenizer = MODELS[name]()
    beginning = {key: weight.clone() for key, weight in model.state_dict().items()}
    data = tokenized(tokenizer, steps * BATCH)
    without, ratios, own, at_ends = [], [], [], []
    for number in range(pairs):
        seconds, ends = {}, []
        for is_watched in (False, True) if number % 2 else (True, False):
            model.load_state_dict(beginning)
            clock, monitor = Clock(), Timed()
            run(model, tokenizer, data, steps, clock, *([monitor] if is_watched else []))
            seconds[is_watched] = clock.seconds
            ends.append({key: weight.clone() for key, weight in model.state_dict().items()})
            if is_watched:
                own.append(monitor.between / steps / clock.seconds)
                at_ends.append(monitor.at_ends)
        if not all(torch.equal(ends[0][key], ends[1][key]) for key in ends[0]):
            sys.exit(f"{name}: the weights differ with and without the Monitor")
        without.append(seconds[False])
        ratios.append(seconds[True] / seconds[False])
        print(f"  {name}, pair {number + 1} of {pairs}: {ratios[-1]:.4f}", file=sys.stderr)
    ratio, low, high = mean_and_interval(ratios)
    return {
        "weights": model.num_parameters(),
        "step_ms": 1000 * statistics.median(without),
        "ratio": ratio,
        "low": low,
        "high": high,
        "ratios": ratios,
        "own_share": statistics.median(own),
        "examinations_s": statistics.median(at_ends),
    }


def mean_and_interval(ratios: list[float]) -> tuple[float, float, float]:
    """The geometric mean and its 95 % t interval."""
    logs = [math.log(ratio) for ratio in ratios]
    middle = statistics.fmean(logs)
    margin = stats.t.ppf(0.975, len(logs) - 1) * statistics.stdev(logs) / math.sqrt(len(logs))
    return math.exp(middle), math.exp(middle - margin), math.exp(middle + margin)


def verdict(measured: dict[str, Any]) -> str:
    """Whether it costs 1 % at most: only said where the interval lies on one side."""
    if measured["high"] <= TARGET:
        return "yes"
    return "no" if measured["low"] > TARGET else "cannot be told"


def show(measured: dict[str, dict[str, Any]]) -> None:
    heads = ("model", "step", "with / without", "95 %", "own code", "both ends", "1 % at most")
    line = "{:<10} {:>10} {:>15} {:>18} {:>10} {:>10}  {}"
    print(line.format(*heads))
    for name, one in measured.items():
        print(
            line.format(
                name,
                f"{one['step_ms']:.1f} ms",
                f"{one['ratio']:.4f}",
                f"{one['low']:.4f} to {one['high']:.4f}",
                f"{one['own_share']:.5%}",
                f"{one['examinations_s']:.2f} s",
                verdict(one),
            )
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=12, help="runs with and without it")
    parser.add_argument("--steps", type=int, default=60, help="optimizer steps of a run")
    parser.add_argument("--models", nargs="+", choices=tuple(MODELS), default=tuple(MODELS))
    parser.add_argument("--result", type=Path, default=RESULT)
    given = parser.parse_args()
    if given.steps <= WARM_UP + 1:
        parser.error(f"--steps must be more than {WARM_UP + 1}: the first {WARM_UP} steps do not count")
    if given.pairs < 2:
        parser.error("--pairs must be 2 at least: of a single ratio nobody knows how sure it is")
    measured = {name: measure(name, given.pairs, given.steps) for name in given.models}
    show(measured)
    setting = {"pairs": given.pairs, "steps": given.steps, "batch": BATCH, "logging_steps": LOGGED}
    machine = {"torch": torch.__version__, "threads": torch.get_num_threads(), "load": os.getloadavg()[0]}
    given.result.parent.mkdir(exist_ok=True)
    given.result.write_text(
        json.dumps({**setting, **machine, "models": measured}, indent=2) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()

"""Every answer's exact probability: at what cost beside scoring one by one, beam search, and one generation?

    .venv/bin/python bench/scoring.py run [--sources 20] [--alone 3] [--many 5000] [--run runs/diagnoser]
    .venv/bin/python bench/scoring.py show

One process, one thread. A T5 of t5-small's shape with random weights, the built-in base, and a run that was
fine-tuned to write conditions; all read with the built-in base's tokenizer. The answers are the case book's
171 conditions; the sources are hand-written validation texts of it. For each source in turn: Workup's closed
set, whole and as the diagnoser asks for it, with only the answers above a floor; one greedy generation and
transformers' beam search of 10 beams that may write nothing but answers, both up to the longest answer's
length; and, for the first `--alone` sources, every answer by a forward pass of its own. Then one source with
`--many` answers, descriptions of ICD-10-CM codes. Times are CPU seconds of the process, so that other jobs of
the machine disturb them less; only the ratios of a round mean anything. `run` writes
bench/results/scoring.json, `show` the table of it into docs/scoring.md.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "scoring.json"
PAGE = HERE.parent / "docs" / "scoring.md"
OURS, LIKELY = "closed set", "closed set, above 1 in 20,000"
ALONE, BEAMS, GREEDY = "each answer alone", "10 beams, constrained", "greedy"
SMALL, BUILTIN, TUNED = "t5-small's shape", "built-in base", "fine-tuned"
FLOOR = 5e-5  # that of clinic/assess/evidence.py
TEN = 10


class Methods:
    """The four ways to an answer, each for one source."""

    def __init__(self, model: Any, tokenizer: Any, answers: Sequence[str]) -> None:
        from workup.pipeline.scoring.closed_set import ClosedSet

        self.model, self.tokenizer = model, tokenizer
        self.closed = ClosedSet(model, tokenizer, {answer: [answer] for answer in answers})
        self.ids = [tokenizer(text_target=answer)["input_ids"] for answer in answers]
        self.columns = {tuple(ids): column for column, ids in enumerate(self.ids)}
        self.longest = max(map(len, self.ids))
        self.after: dict[tuple[int, ...], set[int]] = {}
        for ids in self.ids:
            for end, token in enumerate(ids):
                self.after.setdefault(tuple(ids[:end]), set()).add(token)

    def ours(self, source: str) -> Any:
        """(answers,) log-probabilities."""
        return self.closed.score([source]).log_probabilities[0]

    def likely(self, source: str) -> Any:
        """(answers,) log-probabilities, of answers above the floor."""
        return self.closed.score([source], FLOOR).log_probabilities[0]

    def alone(self, source: str) -> Any:
        """(answers,) log-probabilities."""
        import numpy as np
        import torch

        read = self.tokenizer(source, return_tensors="pt")
        with torch.inference_mode():
            return np.array(
                [-float(self.model(**read, labels=torch.tensor([ids])).loss) * len(ids) for ids in self.ids]
            )

    def beams(self, source: str) -> list[int]:
        """The columns of the ten best answers that the search finds."""
        found = self._generate(
            source,
            num_beams=TEN,
            num_return_sequences=TEN,
            length_penalty=0.0,
            prefix_allowed_tokens_fn=self._allowed,
        )
        complete = dict.fromkeys(map(self._complete, found.tolist()))
        return [self.columns[ids] for ids in complete if ids in self.columns]

    def greedy(self, source: str) -> int:
        """How many tokens were generated."""
        return len(self._generate(source, num_beams=1)[0]) - 1

    def _generate(self, source: str, **settings: Any) -> Any:
        read = self.tokenizer(source, return_tensors="pt")
        return self.model.generate(**read, do_sample=False, max_new_tokens=self.longest, **settings)

    def _allowed(self, _: int, written: Any) -> list[int]:
        return list(self.after.get(tuple(written.tolist()[1:]), {self.tokenizer.eos_token_id}))

    def _complete(self, written: list[int]) -> tuple[int, ...]:
        """What was written, to its end token."""
        eos, ids = self.tokenizer.eos_token_id, written[1:]
        return tuple(ids[: ids.index(eos) + 1] if eos in ids else ids)


class Costs:
    """What calls cost: CPU seconds of each, and by how many bytes the process grew at most (Linux)."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}
        self.peak_bytes: dict[str, int] = {}

    def of(self, name: str, method: Callable[[str], Any], source: str) -> Any:
        """Call a method, and return what it returns."""
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")  # the highest memory so far becomes the present one
        before, started = _status("VmRSS"), time.process_time()
        result = method(source)
        self.seconds.setdefault(name, []).append(time.process_time() - started)
        self.peak_bytes[name] = max(self.peak_bytes.get(name, 0), _status("VmHWM") - before)
        return result


def measure(methods: Methods, sources: Sequence[str], alone: int) -> dict[str, Any]:
    """All methods on every source in turn; the slowest on the first `alone` sources only."""
    import numpy as np

    methods.ours(sources[0]), methods.likely(sources[0]), methods.greedy(sources[0])  # warm up
    costs = Costs()
    errors, firsts, tens, lengths, above, floor_errors = [], [], [], [], [], []
    for number, source in enumerate(sources):
        scores = costs.of(OURS, methods.ours, source)
        likely = costs.of(LIKELY, methods.likely, source)
        lengths.append(costs.of(GREEDY, methods.greedy, source))
        found_above = scores >= np.log(FLOOR)
        above.append(int(found_above.sum()))
        floor_errors.append(float(np.abs(likely - scores)[found_above].max(initial=0.0)))
        found = costs.of(BEAMS, methods.beams, source)
        best = np.argsort(-scores)[:TEN].tolist()
        firsts.append(found[:1] == best[:1])
        tens.append(len(set(found) & set(best)) / len(best))
        if number < alone:
            errors.append(float(np.abs(costs.of(ALONE, methods.alone, source) - scores).max()))
    return {
        **sizes(methods),
        **vars(costs),
        "longest": methods.longest,
        "error": max(errors),
        "floor_error": max(floor_errors),
        "above": statistics.mean(above),
        "beams_first_right": statistics.mean(firsts),
        "beams_of_ten": statistics.mean(tens),
        "greedy_tokens": statistics.median(lengths),
    }


def measure_many(methods: Methods, source: str) -> dict[str, Any]:
    """One source with thousands of answers."""
    costs = Costs()
    costs.of(OURS, methods.ours, source)
    return {**sizes(methods), **vars(costs)}


def sizes(methods: Methods) -> dict[str, int]:
    """How many answers there are, of how many tokens, and how many nodes of their trie are read."""
    return {
        "answers": len(methods.ids),
        "tokens": sum(map(len, methods.ids)),
        "nodes": len(methods.closed.trie.inner),
    }


def _status(name: str) -> int:
    line = next(one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith(name))
    return int(line.split()[1]) * 1024


def conditions() -> list[str]:
    """The names of the case book's conditions."""
    from workup.clinic import book

    return [condition.name for _, condition in book.conditions()]


def validation_texts(count: int) -> list[str]:
    """So many of the case book's validation texts, evenly spaced, in the prompt of the clinic's recipe."""
    from workup.clinic import book

    texts = [
        case.text
        for _, condition in book.conditions()
        for case in condition.cases
        if case.use == "validation"
    ]
    chosen = texts[:: len(texts) // count][:count]
    return [f"medical diagnosis: {text} What is the most likely diagnosis?" for text in chosen]


def code_descriptions(tokenizer: Any, count: int) -> list[str]:
    """Descriptions of ICD-10-CM codes, evenly spaced, that the tokenizer can write and tell apart."""
    import simple_icd_10_cm

    codes = [code for code in simple_icd_10_cm.get_all_codes() if simple_icd_10_cm.is_leaf(code)]
    texts = [simple_icd_10_cm.get_description(code) for code in codes]
    known = {
        tuple(ids): text
        for text, ids in zip(texts, tokenizer(texts)["input_ids"], strict=True)
        if tokenizer.unk_token_id not in ids and len(ids) <= 32
    }
    return list(known.values())[:: len(known) // count][:count]


def models(tuned: Path) -> dict[str, tuple[Any, Any]]:
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    from workup.pipeline import builtin
    from workup.run import Run

    base, tokenizer = builtin.load()
    torch.manual_seed(0)
    shape = T5Config(
        vocab_size=32128,
        d_model=512,
        d_kv=64,
        d_ff=2048,
        num_layers=6,
        num_heads=8,
        dropout_rate=0.0,
        decoder_start_token_id=0,
    )
    found = {SMALL: (T5ForConditionalGeneration(shape).eval(), tokenizer), BUILTIN: (base.eval(), tokenizer)}
    if tuned.is_dir():
        predictor = Run.load(tuned).predictor
        found[TUNED] = (predictor.model.eval(), predictor.tokenizer)
    return found


def run(sources: int, alone: int, many: int, tuned: Path) -> None:
    import torch
    import transformers

    from workup.pipeline.scoring.closed_set import MEMORY

    torch.set_num_threads(1)
    texts = validation_texts(sources)
    results: dict[str, Any] = {
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "memory": MEMORY,
        "models": {},
    }
    for name, (model, tokenizer) in models(tuned).items():
        print(f"{name}: {len(texts)} sources", flush=True)
        found = measure(Methods(model, tokenizer, conditions()), texts, alone)
        print(f"{name}: {many} answers", flush=True)
        found["many"] = measure_many(Methods(model, tokenizer, code_descriptions(tokenizer, many)), texts[0])
        results["models"][name] = found
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")


def show() -> None:
    """Write the table between the marks of the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition("<!-- table -->\n")
    after = rest.partition("<!-- end -->")[2]
    table = "\n".join(page(json.loads(RESULTS.read_text())))
    PAGE.write_text(f"{before}<!-- table -->\n{table}\n<!-- end -->{after}", encoding="utf-8")


def page(results: Mapping[str, Any]) -> list[str]:
    """The lines of the table, and what is said of it."""
    notes = []
    lines = [
        "| model | method | CPU seconds a source | to the closed set | to that above the floor | largest "
        "difference | memory |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, found in results["models"].items():
        lines += [_line(name, method, found) for method in (OURS, LIKELY, ALONE, BEAMS, GREEDY)]
        many = found["many"]
        lines.append(
            f"|  | closed set, {many['answers']:,} answers | {many['seconds'][OURS][0]:.2f} | "
            f"{many['seconds'][OURS][0] / statistics.median(found['seconds'][OURS]):.1f} times |  |  | "
            f"{_megabytes(many['peak_bytes'][OURS])} |"
        )
        notes.append(_note(name, found))
    rounds = len(next(iter(results["models"].values()))["seconds"][OURS])
    told = (
        f"{rounds} sources; median, and the range over sources. torch {results['torch']}, transformers "
        f"{results['transformers']}, one thread, {_megabytes(results['memory'])} for a decoder pass."
    )
    return [told, "", *lines, "", *notes]


def _note(name: str, found: Mapping[str, Any]) -> str:
    many = found["many"]
    return (
        f"* {name}: {found['answers']} answers are {found['tokens']:,} tokens, or {found['nodes']:,} nodes "
        f"to read; {many['answers']:,} are {many['tokens']:,}, or {many['nodes']:,}. "
        f"A greedy generation wrote {found['greedy_tokens']:.0f} tokens in the median; "
        f"the longest answer takes {found['longest']}. The first of the beams was the best of all answers "
        f"for {found['beams_first_right']:.0%} of the sources, "
        f"and {found['beams_of_ten']:.0%} of the ten best were among the ten. "
        f"Above the floor are {found['above']:.0f} answers in the mean."
    )


def _line(name: str, method: str, found: Mapping[str, Any]) -> str:
    seconds = found["seconds"][method]
    differences = {ALONE: found["error"], LIKELY: found["floor_error"]}
    cells = [
        name if method == OURS else "",
        method,
        f"{statistics.median(seconds):.3f} ({min(seconds):.3f} to {max(seconds):.3f})",
        *("" if method == other else _ratio(seconds, found["seconds"][other]) for other in (OURS, LIKELY)),
        f"{differences[method]:.1e}" if method in differences else "",
        _megabytes(found["peak_bytes"][method]),
    ]
    return f"| {' | '.join(cells)} |"


def _ratio(seconds: Sequence[float], others: Sequence[float]) -> str:
    ratios = [one / other for one, other in zip(seconds, others, strict=False)]
    return f"{statistics.median(ratios):.2g} times ({min(ratios):.2g} to {max(ratios):.2g})"


def _megabytes(count: float) -> str:
    return f"{count / 2**20:.0f} MiB"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    measured = commands.add_parser("run")
    for name, default in (("--sources", 20), ("--alone", 3), ("--many", 5000)):
        measured.add_argument(name, type=int, default=default)
    measured.add_argument("--run", type=Path, default=Path("runs/diagnoser"), dest="tuned")
    commands.add_parser("show")
    given = parser.parse_args()
    if given.command == "run":
        run(given.sources, given.alone, given.many, given.tuned)
    else:
        show()


if __name__ == "__main__":
    main()

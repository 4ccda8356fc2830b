"""What do bfloat16, and passing over what cannot come out likely, change in the diagnoser's answers?

    .venv/bin/python -m bench.passed_over run [--run runs/diagnoser]    # a minute of one core
    .venv/bin/python -m bench.passed_over show

The 342 hand-written validation cases in both forms, each way beside float32 with all conditions above the
floor computed. `show` fills a table of docs/scoring.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.page import fill, of_a_run

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "passed_over.json"
PAGE = HERE.parent / "docs" / "scoring.md"
ENGINES = ("float32", "bfloat16")


class Counting:
    """A reader, and of how many nodes it was asked what follows."""

    def __init__(self, reader: Any) -> None:
        self.reader, self.by_threads, self.nodes = reader, reader.by_threads, 0

    def encode(self, sources: Sequence[Any]) -> Any:
        return self.reader.encode(sources)

    def read(self, trie: Any, encoded: Any, blocks: Mapping[int, Any]) -> Any:
        self.nodes += sum(len(block.asked) for block in blocks.values())
        return self.reader.read(trie, encoded, blocks)


def run(folder: Path) -> None:
    import torch

    from workup.clinic.assess import Diagnoser

    torch.set_num_threads(1)
    diagnoser = Diagnoser.load(folder, print)
    found = []
    for engine in ENGINES:
        diagnoser.run.predictor.model.to(getattr(torch, engine))
        found += [{"engine": engine, **one} for one in answered(diagnoser)]
    exact = {one["form"]: one for one in found if one["engine"] == "float32" and not one["passed_over"]}
    RESULTS.write_text(json.dumps([beside(one, exact[one["form"]]) for one in found], indent=1) + "\n")


def answered(diagnoser: Any) -> Iterator[dict[str, Any]]:
    """The answers in each form, with and without passing over."""
    from workup.clinic.assess.forms import contents, sources

    witness, validation = diagnoser.witness, diagnoser.run.examples.validation
    for form, fitted in diagnoser.known.forms.items():
        told, asked = contents(validation, form), sources(validation, diagnoser.run.predictor.prompt, form)
        for passed_over in (False, True):
            known = (fitted.share, fitted.calibration.temperature) if passed_over else ()
            plain = witness.closed.reader
            witness.closed.reader = counting = Counting(plain)
            together = witness.see(told, asked, *known).together(fitted.share)
            witness.closed.reader = plain
            yield {
                "form": form,
                "passed_over": passed_over,
                "nodes": counting.nodes / len(told),
                "probabilities": fitted.calibration.probabilities(together),
                "sets": fitted.calibration.sets(together),
            }


def beside(one: dict[str, Any], exact: dict[str, Any]) -> dict[str, Any]:
    """How far the answers (N, K) are from the exact ones."""
    moved = abs(one["probabilities"] - exact["probabilities"])
    firsts = one["probabilities"].argmax(axis=1) != exact["probabilities"].argmax(axis=1)
    return {
        **{name: one[name] for name in ("form", "engine", "passed_over", "nodes")},
        "cases": len(firsts),
        "mean": float(moved.max(axis=1).mean()),
        "most": float(moved.max()),
        "firsts": int(firsts.sum()),
        "sets": int((one["sets"] != exact["sets"]).any(axis=1).sum()),
    }


def table(found: Sequence[dict[str, Any]]) -> str:
    """The rows of the page."""
    lines = [
        "| form | computed in | conditions | nodes a case | moved most in a case: mean, at most "
        "| other first diagnosis | other set |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in found:
        conditions = "those that may come out likely" if one["passed_over"] else "all above the floor"
        lines.append(
            f"| {one['form']} | {one['engine']} | {conditions} | {one['nodes']:.0f} | "
            f"{one['mean']:.4f}, {one['most']:.3f} | {one['firsts']} of {one['cases']} | {one['sets']} |"
        )
    return "\n".join(lines)


def show() -> None:
    fill(PAGE, "<!-- passed over -->\n", "<!-- passed over ends -->", table(json.loads(RESULTS.read_text())))


if __name__ == "__main__":
    of_a_run(__doc__, run, show)

"""Is a denied finding understood as denied? Pairs of short cases that differ in nothing else.

    .venv/bin/python -m bench.negation run RUN    # judges a run of recipes/diagnoser.yaml
    .venv/bin/python -m bench.negation show       # writes the table of docs/diagnose.md

Each case of negation.yaml is told three times: with a finding, with its denial, and silent about it. The
conditions that the finding speaks for should be likelier with it than with its denial; and no likelier with
the denial than without a word. Counting words fails the second, where the denial repeats them. Results are
kept in bench/results/negation.json.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from bench.page import fill

HERE = Path(__file__).parent
PAIRS, RESULTS = HERE / "negation.yaml", HERE / "results" / "negation.json"
PAGE = HERE.parent / "docs" / "diagnose.md"
BEGIN, END = "<!-- negation -->\n", "<!-- end of negation -->"
VIEWS = ("present", "absent", "silent")


def told(pair: dict[str, Any], view: str) -> str:
    """The case with the finding, with its denial, or silent."""
    case: str = pair["case"]
    if view == "silent":
        return case.replace(", {}", "").replace(" {}.", "")
    return case.format(pair[view])


def measure(run: Path) -> dict[str, Any]:
    """What model, words and both make of every pair."""
    from workup.clinic.assess import Diagnoser

    diagnoser = Diagnoser.load(run)
    pairs = yaml.safe_load(PAIRS.read_text(encoding="utf-8"))
    witness, fitted = diagnoser.witness, diagnoser.known.forms["text"]
    prompt = diagnoser.run.predictor.prompt
    columns = [[witness.conditions.index(name) for name in pair["for"]] for pair in pairs]
    chances: dict[str, dict[str, Any]] = {}
    for view in VIEWS:
        texts = [told(pair, view) for pair in pairs]
        seen = witness.see(texts, [prompt.source_of_text(text) for text in texts])
        by_method = {
            "model and words": fitted.calibration.probabilities(seen.together(fitted.share)),
            "model alone": np.exp(seen.model - np.logaddexp.reduce(seen.model, axis=1, keepdims=True)),
            "words alone": np.exp(seen.words),
        }
        for method, probabilities in by_method.items():
            chances.setdefault(method, {})[view] = [
                float(row[chosen].sum()) for row, chosen in zip(probabilities, columns, strict=True)
            ]
    return {
        "run": run.name,
        "cases": [told(pair, "absent") for pair in pairs],
        "methods": {method: judged(views) for method, views in chances.items()},
    }


def judged(chances: dict[str, Sequence[float]]) -> dict[str, Any]:
    """How often the probability moves as it should, and where to, over all pairs."""
    from workup.evaluation.metrics import Proportion

    present, absent, silent = (np.array(chances[view]) for view in VIEWS)
    return {
        "present_above_absent": Proportion.of(present > absent).to_json(),
        "absent_at_most_silent": Proportion.of(absent <= silent).to_json(),
        "fall": float(np.median(log_odds(present) - log_odds(absent))),
        "median": {view: float(np.median(chances[view])) for view in VIEWS},
        "chances": {view: [round(chance, 6) for chance in chances[view]] for view in VIEWS},
    }


def log_odds(chances: Any) -> Any:
    """In nats."""
    bounded = np.clip(chances, 1e-12, 1 - 1e-12)
    return np.log(bounded) - np.log1p(-bounded)


def show(result: dict[str, Any]) -> None:
    """Fill the page between its marks."""
    lines = [
        "| | likelier with the finding than with its denial | no likelier with the denial than without a "
        "word | median probability: finding / denial / silent | median fall of the log-odds, nats |",
        "|---|---|---|---|---|",
    ]
    for method, found in result["methods"].items():
        medians = " / ".join(f"{100 * found['median'][view]:.1f} %" for view in VIEWS)
        cells = [_share(found[name]) for name in ("present_above_absent", "absent_at_most_silent")]
        lines.append(f"| {method} | {' | '.join(cells)} | {medians} | {found['fall']:.2f} |")
    fill(PAGE, BEGIN, END, "\n".join(lines))


def _share(found: dict[str, Any]) -> str:
    interval = f"{100 * found['low']:.0f} to {100 * found['high']:.0f} %"
    return f"{found['right']} of {found['total']} ({interval})"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="bench.negation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run").add_argument("run", type=Path)
    commands.add_parser("show")
    asked = parser.parse_args()
    if asked.command == "run":
        RESULTS.write_text(json.dumps(measure(asked.run), indent=1) + "\n")
    else:
        show(json.loads(RESULTS.read_text()))

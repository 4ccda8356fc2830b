"""Scripts with two faults at once: does the ranking bring up both, and is a remedy proved?

    .venv/bin/python -m bench.faults.two [--only NAME ...]        # run under `workup run --confirm`
    .venv/bin/python -m bench.faults.two --show                   # writes the table of docs/faults.md

Results are kept in bench/results/two_faults.json as they come; what is there is run again only by name. Rows
and models are those of `bench.faults prepare`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.faults.page import PAGE
from bench.faults.running import ROOT, confirmed, setting
from bench.faults.table import HERE
from bench.page import fill

RESULTS = ROOT / "bench" / "results" / "two_faults.json"
BEGIN, END = "<!-- two -->\n", "<!-- two end -->"


@dataclass(frozen=True)
class TwoFaults:
    """A script with two faults; each may be named by any of its codes."""

    name: str
    first: tuple[str, ...]
    second: tuple[str, ...]

    @property
    def script(self) -> Path:
        return HERE / "two_faults" / f"{self.name}.py"


TWO: tuple[TwoFaults, ...] = (
    TwoFaults("pads_in_labels_and_length_cap", ("BAT003",), ("GEN001",)),
    TwoFaults("no_end_in_targets_and_length_cap", ("TOK005",), ("GEN001",)),
    TwoFaults("pads_in_labels_and_start_token", ("BAT003",), ("MOD002",)),
    TwoFaults("sources_cut_and_end_suppressed", ("TOK003",), ("GEN002",)),
    TwoFaults("shifted_twice_and_sampling", ("BAT006",), ("GEN005",)),
    TwoFaults("low_rate_and_embeddings_lost", ("TRA003",), ("MOD001",)),
    TwoFaults("few_steps_and_start_token", ("TRA001",), ("MOD002",)),
    TwoFaults("targets_cut_and_sampling", ("TOK004",), ("GEN005",)),
    TwoFaults("no_end_in_targets_and_frozen_weights", ("TOK005",), ("TRA006",)),
    TwoFaults("high_rate_and_length_cap", ("TRA004", "TRA007"), ("GEN001",)),
    TwoFaults("sources_cut_and_embeddings_lost", ("TOK003",), ("MOD001",)),
    TwoFaults("few_steps_and_pads_in_labels", ("TRA001",), ("BAT003",)),
    TwoFaults("shifted_twice_and_end_suppressed", ("BAT006",), ("GEN002",)),
    TwoFaults("no_end_in_targets_and_sources_cut", ("TOK005",), ("TOK003",)),
)


def found(one: TwoFaults, result: dict[str, Any]) -> tuple[bool, bool]:
    """Whether each of the two faults is among the causes."""
    causes = set(result["causes"])
    return bool(causes & set(one.first)), bool(causes & set(one.second))


def proved(one: TwoFaults, result: dict[str, Any]) -> tuple[bool, bool]:
    """Whether the remedy of each of the two faults was proved."""
    codes = {experiment["cause"] for experiment in result["experiments"] if experiment["proved"]}
    return bool(codes & set(one.first)), bool(codes & set(one.second))


def table(results: dict[str, Any]) -> list[str]:
    """The sum, then one line a script."""
    known = [(one, results[one.name]) for one in TWO if one.name in results]
    both = sum(all(found(one, result)) for one, result in known)
    remedies = [proved(one, result) for one, result in known]
    lines = [
        f"Both faults are among the causes in {both} of {len(known)} scripts; both remedies are proved in "
        f"{sum(map(all, remedies))}, at least one in {sum(map(any, remedies))}.",
        "",
        "| script | causes, in their order | right answers without and with each remedy |",
        "|---|---|---|",
    ]
    for one, result in known:
        told = "; ".join(_told(experiment) for experiment in result["experiments"])
        lines.append(f"| {one.name} | {', '.join(result['causes'])} | {told} |")
    return lines


def _told(experiment: dict[str, Any]) -> str:
    reason = f", {experiment['reason']}" if experiment["reason"] else ""
    counts = f"{experiment['right_without']} and {experiment['right_with']} of {experiment['rows']}"
    return f"{experiment['cause']} {experiment['verdict']}: {counts}{reason}"


def show() -> None:
    """Write the table between the marks of the page."""
    fill(PAGE, BEGIN, END, "\n".join(table(_read())))


def run(only: Sequence[str]) -> None:
    """Run what is not known yet, or what is named."""
    chosen, known = setting(None), _read()
    for one in TWO:
        if one.name in (only or [other.name for other in TWO if other.name not in known]):
            result = confirmed(one.script, "t5", chosen)
            RESULTS.write_text(json.dumps({**_read(), one.name: result}, indent=1, sort_keys=True) + "\n")
            print(one.name, result["causes"], flush=True)


def _read() -> dict[str, Any]:
    known: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    return known


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="bench.faults.two", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    if not given.show:
        run(given.only)
    show()

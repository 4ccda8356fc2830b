"""Scripts with two faults at once: does the ranking bring up both, and is a remedy proved?

    .venv/bin/python -m bench.faults.two [--only NAME ...]        # run under `workup run --confirm`
    .venv/bin/python -m bench.faults.two --show                   # what is known

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

from bench.faults.running import ROOT, confirmed, setting
from bench.faults.table import HERE

RESULTS = ROOT / "bench" / "results" / "two_faults.json"


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


def proved(one: TwoFaults, result: dict[str, Any]) -> bool:
    """Whether the remedy of either fault was proved."""
    codes = {experiment["cause"] for experiment in result["experiments"] if experiment["proved"]}
    return bool(codes & {*one.first, *one.second})


def show(results: dict[str, Any]) -> None:
    """One line a script, then the sum."""
    known = [(one, results[one.name]) for one in TWO if one.name in results]
    for one, result in known:
        told = ", ".join(f"{e['cause']} {e['verdict']}" for e in result["experiments"])
        print(f"{one.name}: causes {' '.join(result['causes'])}; {told}")
    both = sum(all(found(one, result)) for one, result in known)
    print(f"{len(known)} of {len(TWO)} run: both found in {both}, a remedy proved in "
          f"{sum(proved(one, result) for one, result in known)}")  # fmt: skip


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
    show(_read())

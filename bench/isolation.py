"""Does the search for culprits find them? Simulated problems with planted culprits, beside mlbisect.

    .venv/bin/python bench/isolation.py simulate [--searches 100] [--mlbisect PYTHON]
    .venv/bin/python bench/isolation.py show

Everything again: delete bench/results/isolation.json, `python -m venv FOLDER; FOLDER/bin/pip install
mlbisect==0.1.0`, then the two commands with `--mlbisect FOLDER/bin/python`. Results are kept in
bench/results/isolation.json cell by cell, and what is there already is not run again. Without `--mlbisect`
its columns stay empty. `show` writes the table into docs/isolation-bench.md.

A problem is a number of settings that differ, a planted truth, and noise of standard deviation 1; both tools
see the same value for the same settings and seed. This file needs nothing but the standard library where
mlbisect runs it.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "isolation.json"
PAGE = HERE.parent / "docs" / "isolation-bench.md"
# What each tool may measure: mlbisect's own default.
MOST = 60
# The smallest drop that mlbisect is told to look for where nothing is planted; elsewhere the true one.
SMALLEST = 2.0
TOOLS = ("workup", "mlbisect")


class Cell(NamedTuple):
    """A kind of problem; `effect` is in standard deviations of the metric."""

    kind: str
    settings: int
    effect: float
    noise: str = "normal"


KINDS = {
    "none": "no difference",
    "one": "one culprit",
    "decoys": "one culprit, three decoys",
    "together": "two, only together",
    "either": "two, each enough",
    "sum": "two, half each",
    "three": "three, only together",
}
NOISES = {
    "normal": "",
    "shared": ", half of the noise the seed's",
    "heavy": ", heavy-tailed noise",
    "coarse": ", coarse metric",
}
CELLS = [
    *(Cell("none", settings, 0.0) for settings in (6, 12, 24)),
    *(
        Cell(kind, settings, effect)
        for effect in (2.0, 4.0, 1.0)
        for kind in ("one", "decoys", "together")
        for settings in (6, 12, 24)
    ),
    *(Cell("none", 12, 0.0, noise) for noise in ("shared", "heavy", "coarse")),
    *(Cell("one", 12, 2.0, noise) for noise in ("shared", "heavy", "coarse")),
    *(Cell(kind, 12, 4.0) for kind in ("either", "sum", "three")),
]


@dataclass(frozen=True)
class Problem:
    """Terms act where all their settings are changed; `truth` are the planted culprits."""

    key: str
    names: list[str]
    terms: list[tuple[frozenset[str], float]]
    truth: frozenset[str]
    noise: str

    def value(self, changed: frozenset[str], seed: int) -> float:
        """The metric, higher is better; the same for the same arguments."""
        own = self._draw(f"{self.key} {seed} {' '.join(sorted(changed))}")
        if self.noise == "shared":
            own = (own + self._draw(f"{self.key} {seed}")) / 2**0.5
        value = 10 + sum(effect for term, effect in self.terms if term <= changed) + own
        return round(value) if self.noise == "coarse" else value

    def _draw(self, key: str) -> float:
        """Standard deviation 1; heavy tails are Student's t with 3 degrees of freedom."""
        source = random.Random(key)
        if self.noise != "heavy":
            return source.gauss(0.0, 1.0)
        squares = sum(source.gauss(0.0, 1.0) ** 2 for _ in range(3))
        return source.gauss(0.0, 1.0) / squares**0.5


def problem(cell: Cell, number: int) -> Problem:
    """One problem of a cell, drawn from its number."""
    key = f"{' '.join(map(str, cell))} {number}"
    names = [f"s{place:02}" for place in range(cell.settings)]
    a, b, c, d, e, f = random.Random(key).sample(names, 6)
    full = -cell.effect
    culprits = {"none": set(), "one": {a}, "decoys": {a}, "three": {a, b, c}}
    terms = {
        "none": [],
        "one": [({a}, full)],
        # Two that harm a little, one that helps.
        "decoys": [({a}, full), ({d}, full / 4), ({e}, full / 4), ({f}, -full / 2)],
        "together": [({a, b}, full)],
        "either": [({a}, full), ({b}, full), ({a, b}, -full)],
        "sum": [({a}, full / 2), ({b}, full / 2)],
        "three": [({a, b, c}, full)],
    }[cell.kind]
    truth = frozenset(culprits.get(cell.kind, {a, b}))
    return Problem(key, names, [(frozenset(term), effect) for term, effect in terms], truth, cell.noise)


class Found(NamedTuple):
    """What a tool named, whether it said that this is not conclusive, and what it cost."""

    named: list[frozenset[str]]
    inconclusive: bool
    runs: int


def by_workup(given: Problem) -> Found:
    from workup.isolate.search import search

    found = search(given.names, lambda batch: [given.value(s.changed, s.seed) for s in batch], most=MOST)
    named = [found.culprits] if found.culprits else []
    return Found(named, found.verdict == "inconclusive", len(found.measurements))


def by_mlbisect(given: Problem, least: float) -> Found:
    from mlbisect.executors.base import RunResult
    from mlbisect.manifest import Axis, Manifest, MetricConfig, RunConfig
    from mlbisect.search import find_culprits

    class Executor:
        def run(self, config: Any, seed: int) -> Any:
            value = given.value(config.axes, seed)
            return RunResult(config=config.axes, seed=seed, metric=value, ok=True, duration_s=0.0)

    manifest = Manifest(
        version=1,
        name="simulated",
        metric=MetricConfig(name="metric", direction="higher_is_better", min_effect=least),
        run=RunConfig(command="true"),
        axes=[Axis(name=name, old="good", new="bad") for name in given.names],
    )
    assert manifest.budget.max_runs == MOST
    found = find_culprits(Executor(), manifest)
    return Found(list(found.culprit_sets), found.status == "inconclusive", found.runs_used)


def run_cell(tool: str, cell: Cell, searches: int) -> dict[str, Any]:
    """Shares (0 to 1) and the mean number of runs over all searches of a cell."""
    least = cell.effect or SMALLEST
    solve: dict[str, Callable[[Problem], Found]] = {
        "workup": by_workup,
        "mlbisect": lambda given: by_mlbisect(given, least),
    }
    problems = [problem(cell, number) for number in range(searches)]
    found = [(given.truth, solve[tool](given)) for given in problems]

    def share(of: Callable[[frozenset[str], Found], bool]) -> float:
        return sum(of(truth, one) for truth, one in found) / searches

    def is_exact(truth: frozenset[str], one: Found) -> bool:
        # Of no difference the exact answer is to say so; of a culprit it is its name, with whatever reserve.
        return is_right(truth, one) if truth else not one.named and not one.inconclusive

    def is_right(truth: frozenset[str], one: Found) -> bool:
        # Of two that are each enough, two sets of one are as right as one set of two.
        singly = cell.kind == "either" and set(one.named) == {frozenset([name]) for name in truth}
        return singly or one.named == [truth]

    return {
        "searches": searches,
        "exact": share(is_exact),
        "false": share(lambda truth, one: bool(one.named) and not is_right(truth, one)),
        "inconclusive": share(lambda truth, one: one.inconclusive),
        "runs": sum(one.runs for _, one in found) / searches,
    }


def simulate(searches: int, mlbisect: str | None) -> None:
    """Every cell with every tool, each in a fresh process."""
    pythons = {"workup": sys.executable, "mlbisect": mlbisect}
    for cell in CELLS:
        for tool, python in pythons.items():
            key = " ".join(map(str, cell))
            if python is None or key in _read().get(tool, {}):
                continue
            command = [python, __file__, "cell", tool, *map(str, cell), str(searches)]
            child = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            results = _read()
            results.setdefault(tool, {})[key] = json.loads(child.stdout)
            _write(results)
            print(f"{key:24} {tool:9} {child.stdout.strip()}", flush=True)


def show() -> None:
    """Write the table between the marks of the page."""
    results = _read()
    searches = {found["searches"] for cells in results.values() for found in cells.values()}
    lines = [
        f"{', '.join(map(str, sorted(searches)))} searches a cell; Workup / mlbisect.",
        "",
        "| planted | settings | effect | exact | wrong accusation | inconclusive | runs, mean |",
        "|---|---|---|---|---|---|---|",
    ]
    for cell in CELLS:
        found = [results.get(tool, {}).get(" ".join(map(str, cell))) for tool in TOOLS]
        if any(found):
            lines.append(_line(cell, found))
    before, _, rest = PAGE.read_text().partition("<!-- table -->\n")
    after = rest.partition("<!-- end -->")[2]
    PAGE.write_text(f"{before}<!-- table -->\n" + "\n".join(lines) + f"\n<!-- end -->{after}")


def _line(cell: Cell, found: Sequence[dict[str, Any] | None]) -> str:
    def both(name: str, form: str) -> str:
        return " / ".join("-" if one is None else form.format(one[name]) for one in found)

    effect = f"{cell.effect:g} sd" if cell.effect else "-"
    shares = " | ".join(both(name, "{:.0%}") for name in ("exact", "false", "inconclusive"))
    planted = f"{KINDS[cell.kind]}{NOISES[cell.noise]}"
    return f"| {planted} | {cell.settings} | {effect} | {shares} | {both('runs', '{:.1f}')} |"


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
    whole = commands.add_parser("simulate")
    whole.add_argument("--searches", type=int, default=100)
    whole.add_argument("--mlbisect", metavar="PYTHON")
    one = commands.add_parser("cell")
    for name, kind in (
        ("tool", str),
        ("kind", str),
        ("settings", int),
        ("effect", float),
        ("noise", str),
        ("searches", int),
    ):
        one.add_argument(name, type=kind)
    commands.add_parser("show")
    given = parser.parse_args()
    if given.command == "simulate":
        simulate(given.searches, given.mlbisect)
    elif given.command == "cell":
        cell = Cell(given.kind, given.settings, given.effect, given.noise)
        print(json.dumps(run_cell(given.tool, cell, given.searches)))
    else:
        show()


if __name__ == "__main__":
    main()

"""The tables of docs/formats.md."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from bench.page import fill

PAGE = Path(__file__).parent.parent / "docs" / "formats.md"
BEGIN, END = "<!-- table -->\n", "<!-- end -->"
TITLES = {
    "clinic": {
        "findings": "The case book, structured findings",
        "text": "The case book, free text",
    },
    "ddxplus": {
        "full": "DDXPlus format, all evidence",
        "partial": "DDXPlus format, half of the evidence",
    },
}


def show(results: dict[str, Any]) -> None:
    """Fill the page between its marks."""
    lines = [line for data in TITLES for line in _tables(data, results.get(data, {}))]
    fill(PAGE, BEGIN, END, "\n".join(lines))


def _tables(data: str, seeds: dict[str, Any]) -> list[str]:
    if not seeds:
        return [f"### {', '.join(TITLES[data].values())}", "", "Not measured yet.", ""]
    found = list(seeds.values())
    steps = " and ".join(f"{count} ({form})" for form, count in found[0]["steps"].items())
    lines = []
    for view, title in TITLES[data].items():
        lines += [
            f"### {title}",
            "",
            f"Seeds: {', '.join(seeds)}. Optimizer steps: {steps}.",
            "",
            "| list | top-1 | top-3 | DDR | DDP | DDF1 | NDCG | names | DDF1 among known conditions |",
            "|---|---|---|---|---|---|---|---|---|",
        ]
        lines += [_row(name, [one[view][name] for one in found]) for name in found[0][view]]
        lines.append("")
    return lines


def _row(name: str, found: Sequence[dict[str, Any]]) -> str:
    cells = [_share([one[top] for one in found]) for top in ("top1", "top3")]
    cells += [_number([one[measure] for one in found]) for measure in ("DDR", "DDP", "DDF1", "NDCG")]
    cells.append(f"{mean(one['length'] for one in found):.1f}")
    cells.append(_number([one["among_known"]["DDF1"] for one in found]))
    return f"| {name} | {' | '.join(cells)} |"


def _share(found: Sequence[dict[str, float]]) -> str:
    """A share in per cent: with its interval, or its spread over seeds where there are several."""
    values = [100 * one["value"] for one in found]
    if len(values) > 1:
        return f"{mean(values):.1f} % ± {stdev(values):.1f}"
    return f"{values[0]:.1f} % ({100 * found[0]['low']:.0f} to {100 * found[0]['high']:.0f})"


def _number(found: Sequence[dict[str, float]]) -> str:
    values = [one["value"] for one in found]
    if len(values) > 1:
        return f"{mean(values):.2f} ± {stdev(values):.2f}"
    return f"{values[0]:.2f} ({found[0]['low']:.2f} to {found[0]['high']:.2f})"

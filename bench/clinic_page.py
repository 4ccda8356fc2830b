"""The tables of docs/clinic-results.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from bench.page import fill

PAGE = Path(__file__).parent.parent / "docs" / "clinic-results.md"
BEGIN, END = "<!-- table -->\n", "<!-- end -->"
FORMS = {"text": "Free text", "findings": "Structured findings"}
STYLES = ("telegraphic", "note", "lay")
_MOST = 12


def show(results: dict[str, Any]) -> None:
    """Fill the page between its marks."""
    fill(PAGE, BEGIN, END, "\n".join(tables(results)))


def tables(results: dict[str, Any]) -> list[str]:
    """Everything that was measured, seeds put together."""
    seeds = list(results.values())
    lines = [f"Seeds: {', '.join(results)}. Mean, ± standard deviation over seeds where there are several."]
    for form, title in FORMS.items():
        lines += ["", f"### {title}", "", *_methods([one[form] for one in seeds])]
    lines += ["", "### Intervals of the first seed", "", *_intervals(seeds[0])]
    lines += ["", "### By specialty, both forms together", "", *_specialties(seeds)]
    lines += ["", "### What is no case", "", *_scope([one["scope"] for one in seeds])]
    for name, title in (("unseen", "were looked at once"), ("blind", "nothing was chosen by")):
        lines += ["", f"### The same of texts that {title}", "", *_kinds([one[name] for one in seeds])]
    lines += ["", "### Reasons", "", _faithfulness([one["faithfulness"] for one in seeds])]
    lines += ["", "### Mistaken most often", "", *_confusions(seeds)]
    return lines


def _methods(seeds: Sequence[dict[str, Any]]) -> list[str]:
    lines = [
        "| method | top-1 | top-3 | top-5 | telegraphic / note / lay | ECE | log score | sets of 90 %: "
        "coverage, size | right among the surest 80 % |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name in seeds[0]:
        found = [one[name] for one in seeds if name in one]
        if name == "generated":
            known = _share([one["known"]["value"] for one in found])
            top = _share([one["top"]["1"]["value"] for one in found])
            lines.append(
                f"| model, free generation (a known condition in {known}) | {top} |  |  |  |  |  |  |  |"
            )
            continue
        top = [_share([one["top"][k]["value"] for one in found]) for k in ("1", "3", "5")]
        styles = " / ".join(_share([one["styles"][style] for one in found], spread=False) for style in STYLES)
        ece = _number([one["reliability"]["error"]["value"] for one in found], 3)
        score = _number([one["log_score"] for one in found], 2)
        coverage = _share([one["coverage"]["held"]["value"] for one in found])
        size = _number([one["coverage"]["mean_size"] for one in found], 1)
        surest = _share([one["surest"]["value"] for one in found])
        lines.append(
            f"| {name} | {' | '.join(top)} | {styles} | {ece} | {score} | {coverage}, {size} | {surest} |"
        )
    return lines


def _intervals(seed: dict[str, Any]) -> list[str]:
    lines = ["| | top-1 | ECE | coverage | answered | right of these |", "|---|---|---|---|---|---|"]
    for form, title in FORMS.items():
        one = seed[form]["model and words"]
        cells = (one["top"]["1"], one["reliability"]["error"], one["coverage"]["held"], one["answered"])
        told = [_interval(cell) for cell in (*cells, one["answered_right"])]
        lines.append(f"| {title} | {' | '.join(told)} |")
    return lines


def _specialties(seeds: Sequence[dict[str, Any]]) -> list[str]:
    found = [one[form]["model and words"] for one in seeds for form in FORMS]
    lines = ["| specialty | cases | top-1 | sets of 90 % hold the right one |", "|---|---|---|---|"]
    for name, group in found[0]["coverage"]["groups"].items():
        right = f"{100 * mean(one['specialties'][name] for one in found):.1f} %"
        held = f"{100 * mean(one['coverage']['groups'][name]['value'] for one in found):.1f} %"
        lines.append(f"| {name} | {group['total']} | {right} | {held} |")
    return lines


def _scope(seeds: Sequence[dict[str, Any]]) -> list[str]:
    lines = _kinds([one["kinds"] for one in seeds])
    alarms = [one["false_alarms"]["value"] for one in seeds]
    return [
        *lines,
        f"| validation cases, wrongly | {seeds[0]['false_alarms']['total']} | {_share(alarms)} | |",
    ]


def _kinds(seeds: Sequence[dict[str, Any]]) -> list[str]:
    lines = ["| texts | number | refused | no diagnosis |", "|---|---|---|---|"]
    for kind, first in seeds[0].items():
        lines.append(
            f"| {kind} | {first['total']} | {_share([one[kind]['value'] for one in seeds])} | "
            f"{_share([one[kind]['no_diagnosis'] / first['total'] for one in seeds])} |"
        )
    total = sum(kind["total"] for kind in seeds[0].values())
    share = [sum(kind["right"] for kind in one.values()) / total for one in seeds]
    silent = [sum(kind["no_diagnosis"] for kind in one.values()) / total for one in seeds]
    return [*lines, f"| all of these | {total} | {_share(share)} | {_share(silent)} |"]


def _faithfulness(seeds: Sequence[dict[str, Any]]) -> str:
    named, other = (_number([one[name] for one in seeds], 2) for name in ("named", "other"))
    more = _share([one["named_more"] / one["cases"] for one in seeds])
    return (
        f"With the two best reasons taken out, the log-odds of the first diagnosis fall by {named} nats in "
        f"the mean; with two other findings taken out, by {other}. The named ones matter more in {more} of "
        f"{seeds[0]['cases']} cases."
    )


def _confusions(seeds: Sequence[dict[str, Any]]) -> list[str]:
    from workup.clinic.book import conditions

    # The order of the closed set is that of the case book.
    names = [condition.name for _, condition in conditions()]
    pairs: Counter[tuple[int, int]] = Counter()
    for one in seeds:
        for form in FORMS:
            for truth, said, count in one[form]["model and words"]["confusions"]:
                pairs[truth, said] += count
    lines = ["| truth | answered instead | times, all seeds and both forms |", "|---|---|---|"]
    for (truth, said), count in pairs.most_common(_MOST):
        lines.append(f"| {names[truth]} | {names[said]} | {count} |")
    return lines


def _share(values: Sequence[float], spread: bool = True) -> str:
    return _spread([100 * value for value in values], 1, spread) + (" %" if spread else "")


def _number(values: Sequence[float], digits: int) -> str:
    return _spread(values, digits, True)


def _spread(values: Sequence[float], digits: int, spread: bool) -> str:
    told = f"{mean(values):.{digits}f}"
    return f"{told} ± {stdev(values):.{digits}f}" if spread and len(values) > 1 else told


def _interval(cell: dict[str, float]) -> str:
    return f"{cell['value']:.3f} ({cell['low']:.3f} to {cell['high']:.3f})"

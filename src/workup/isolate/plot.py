"""Draws the trials of an isolation: one row a setting, one dot a seed. An SVG that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from workup.examine.report.svg import nice_ticks
from workup.isolate.measuring import Tried, mean
from workup.isolate.words import label

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW = 760, 330, 740, 34, 20
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#1b1f24}.grid{stroke:#d5d9de}"
    ".dot{fill:#2b5fb3;fill-opacity:.65}.short{fill:none;stroke:#2b5fb3}.failed{fill:#b3261e}"
    ".mean{stroke:#1b1f24;stroke-width:2}"
)


def draw(tried: Sequence[Tried], names: Sequence[str], metric: str) -> str:
    """An `<svg>` element; settings in the order of their mean, highest first; failed trainings are crosses.

    Dots of shortened trainings are hollow.
    """
    rows: dict[frozenset[str], list[Tried]] = {}
    for one in tried:
        rows.setdefault(one.setting.changed, []).append(one)
    values = [one.value for one in tried if one.value is not None]
    ticks = nice_ticks(min(values), max(values)) if len(set(values)) > 1 else _around(values)
    height = _TOP + _ROW * len(rows) + 30
    said = f"{metric} of {len(tried)} trials of {len(rows)} settings"
    body = [*_grid(ticks, height, metric)]
    order = sorted(rows, key=lambda changed: -_height(rows[changed]))
    for number, changed in enumerate(order):
        body += _row(_TOP + _ROW * (number + 0.5), label(changed, names), rows[changed], ticks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{escape(said)}"><style>{_STYLE}</style>'
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>{"".join(body)}</svg>'
    )


def _around(values: Sequence[float]) -> list[float]:
    """Ticks for values that are all the same, or not there."""
    middle = values[0] if values else 0.0
    return nice_ticks(middle - 0.5, middle + 0.5)


def _height(own: Sequence[Tried]) -> float:
    average = mean(own)
    return float("-inf") if average is None else average


def _grid(ticks: Sequence[float], height: int, metric: str) -> Iterator[str]:
    bottom = height - 26
    for tick in ticks:
        x = _x(tick, ticks)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 6}" y2="{bottom}"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{tick:.6g}</text>'
    yield f'<text x="{_RIGHT}" y="16" text-anchor="end">{escape(metric)}</text>'


def _row(y: float, name: str, own: Sequence[Tried], ticks: Sequence[float]) -> Iterator[str]:
    yield (
        f'<text x="{_LEFT - 14}" y="{y + 4:.1f}" text-anchor="end">'
        f"<title>{escape(name)}</title>{escape(_cut(name))}</text>"
    )
    for one in own:
        if one.value is not None:
            kind = "dot" if one.share == 1 else "short"
            yield f'<circle class="{kind}" cx="{_x(one.value, ticks):.1f}" cy="{y:.1f}" r="4"/>'
        elif one.state == "failed":
            yield f'<text class="failed" x="{_LEFT - 6}" y="{y + 4:.1f}">×</text>'
    average = mean(own)
    if average is not None:
        x = _x(average, ticks)
        yield f'<line class="mean" x1="{x:.1f}" x2="{x:.1f}" y1="{y - 7:.1f}" y2="{y + 7:.1f}"/>'


def _cut(name: str, most: int = 44) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _x(value: float, ticks: Sequence[float]) -> float:
    return _LEFT + (_RIGHT - _LEFT) * (value - ticks[0]) / (ticks[-1] - ticks[0])

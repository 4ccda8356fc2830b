"""Draws a plot as SVG; its colours are those of the page around it, and no line is told by colour alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

from workup.examine.report.report import Plot, Series

_WIDTH, _HEIGHT = 360, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 348, 26, 184
_TICKS = 4


def draw(plot: Plot) -> str:
    """An `<svg>` element that carries its values in words as well."""
    top = max(y for series in plot.series for _, y in series.points)
    ticks = nice_ticks(0.0, top if top > 0 else 1.0)
    body = _bars(plot.series[0], ticks) if plot.bars else _lines(plot.series, ticks)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(_told(plot))}">'
        f"{''.join(_grid(ticks))}{''.join(body)}"
        f"{_text(_LEFT - 44, 12, plot.y)}{_text(_RIGHT, _HEIGHT - 4, plot.x, 'end')}</svg>"
    )


def nice_ticks(low: float, high: float) -> list[float]:
    """Round numbers from `low` to just above `high`, which is larger; three to seven of them."""
    rough = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough)
    first, last = math.floor(low / step), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, last + 1)]


def _told(plot: Plot) -> str:
    """The plot in a sentence, for those who do not see it."""
    if plot.bars:
        values = ", ".join(f"{name} {y:.3g}" for name, y in plot.series[0].points)
        return f"{plot.title}, {plot.y}: {values}"
    courses = (
        f"{one.name} from {one.points[0][1]:.3g} at {one.points[0][0]} to {one.points[-1][1]:.3g} at "
        f"{one.points[-1][0]}"
        for one in plot.series
    )
    return f"{plot.title}, {plot.y} by {plot.x}: {'; '.join(courses)}"


def _grid(ticks: Sequence[float]) -> Iterable[str]:
    for tick in ticks:
        y = _y(tick, ticks)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield _text(_LEFT - 6, y + 4, f"{tick:.6g}", "end")


def _lines(lines: Sequence[Series], ticks: Sequence[float]) -> Iterable[str]:
    places = [float(x) for line in lines for x, _ in line.points]
    low, high = min(places), max(places)
    width = (high - low) or 1.0
    for tick in nice_ticks(low, high if high > low else low + 1.0):
        # Steps and positions are whole.
        if low <= tick <= high and tick == int(tick):
            x = _LEFT + (_RIGHT - _LEFT) * (tick - low) / width
            yield _text(x, _BOTTOM + 16, f"{tick:.6g}", "middle")
    for number, line in enumerate(lines, 1):
        points = " ".join(
            f"{_LEFT + (_RIGHT - _LEFT) * (float(x) - low) / width:.1f},{_y(y, ticks):.1f}"
            for x, y in line.points
        )
        yield f'<polyline class="line line-{number}" points="{points}"/>'
    if len(lines) > 1:
        yield from _legend(lines)


def _legend(lines: Sequence[Series]) -> Iterable[str]:
    """Each line's name beside a piece of it, with its own dashes."""
    for number, line in enumerate(lines, 1):
        x = _RIGHT - 110 * (len(lines) - number + 1)
        yield f'<line class="line line-{number}" x1="{x}" x2="{x + 24}" y1="8" y2="8"/>'
        yield _text(x + 30, 12, line.name)


def _bars(bars: Series, ticks: Sequence[float]) -> Iterable[str]:
    room = (_RIGHT - _LEFT) / len(bars.points)
    for number, (name, value) in enumerate(bars.points):
        x, y = _LEFT + room * (number + 0.2), _y(value, ticks)
        yield (
            f'<rect class="bar" x="{x:.1f}" y="{y:.1f}" width="{room * 0.6:.1f}" height="{_BOTTOM - y:.1f}"/>'
        )
        middle = x + room * 0.3
        yield _text(middle, y - 4, f"{value:.3g}", "middle") + _text(
            middle, _BOTTOM + 16, str(name), "middle"
        )


def _y(value: float, ticks: Sequence[float]) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * (value - ticks[0]) / (ticks[-1] - ticks[0])


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'

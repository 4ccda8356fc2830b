"""The one plot of a comparison or a sweep: each difference with its interval, beside no difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from workup.compare.comparison import Comparison
from workup.compare.sweep import Sweep
from workup.compare.words import counted, described
from workup.evaluation.paired import effect
from workup.examine.report.svg import nice_ticks

_ROW, _TOP, _BOTTOM, _SIDE = 26, 46, 48, 30
_SCALE = 430  # width of the part that has a scale
_LETTER = 7  # width of a letter, generously
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#222}.title{font-weight:600}"
    ".grid{stroke:#ddd}.none{stroke:#666;stroke-dasharray:4 3}"
    ".interval{stroke:#888;stroke-width:2}.point{fill:#888}"
    ".all .interval{stroke:#1f5fa8;stroke-width:4}.all .point{fill:#1f5fa8}"
)


@dataclass(frozen=True)
class Line:
    """One difference with its interval, in percentage points; `strong` for the one that matters."""

    name: str
    value: float
    low: float
    high: float
    strong: bool = False


def of_comparison(comparison: Comparison) -> str:
    """B minus A of every seed, and of all together, as SVG."""
    plan, whole = comparison.plan, comparison.effect
    lines = []
    if len(plan.seeds) > 1:
        for seed, a, b in zip(plan.seeds, comparison.a, comparison.b, strict=True):
            one = effect(a[None], b[None], plan.cases.groups)
            lines.append(_line(f"seed {seed}", one.difference, one.low, one.high))
    name = f"all {len(plan.seeds)} seeds" if lines else "the two runs"
    lines.append(_line(name, whole.difference, whole.low, whole.high, strong=True))
    title = f"{plan.names[1]} minus {plan.names[0]}, {counted(whole.cases, 'case')}"
    return draw(title, lines)


def of_sweep(sweep: Sweep) -> str:
    """Every setting against the recipe's own, as SVG."""
    lines = [
        _line(
            described(tried.setting),
            tried.effect.difference,
            tried.effect.low,
            tried.effect.high,
            strong=tried is sweep.winner,
        )
        for tried in sweep.tried
        if tried.effect is not None
    ]
    return draw(f"Each setting minus {described(sweep.tried[0].setting)}", lines)


def draw(title: str, lines: Sequence[Line]) -> str:
    """A whole SVG document: one row for each line, zero marked."""
    low, high = min(0.0, *(line.low for line in lines)), max(0.0, *(line.high for line in lines))
    ticks = nice_ticks(low, high if high > low else low + 1.0)
    bottom = _TOP + _ROW * len(lines)
    left = _SIDE + _LETTER * max(len(line.name) for line in lines)
    right = left + _SCALE

    def x(value: float) -> float:
        return left + _SCALE * (value - ticks[0]) / (ticks[-1] - ticks[0])

    parts = [_text(12, 22, title, "start", "title")]
    for tick in ticks:
        kind = "none" if tick == 0 else "grid"
        parts.append(
            f'<line class="{kind}" x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="{_TOP}" y2="{bottom}"/>'
        )
        parts.append(_text(x(tick), bottom + 16, f"{tick:+.6g}" if tick else "0", "middle"))
    for number, line in enumerate(lines):
        y = _TOP + _ROW * (number + 0.5)
        parts.append(
            f'<g class="{"all" if line.strong else "one"}">{_text(left - 12, y + 4, line.name, "end")}'
            f'<line class="interval" x1="{x(line.low):.1f}" x2="{x(line.high):.1f}" y1="{y}" y2="{y}"/>'
            f'<circle class="point" cx="{x(line.value):.1f}" cy="{y}" r="4.5"/></g>'
        )
    parts.append(_text(right, bottom + 36, "percentage points of top-1, with 95 % intervals", "end"))
    told = "; ".join(f"{line.name} {line.value:+.1f} ({line.low:+.1f} to {line.high:+.1f})" for line in lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {right + _SIDE} {bottom + _BOTTOM}" '
        f'role="img" aria-label="{escape(f"{title}: {told}")}"><style>{_STYLE}</style>'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _line(name: str, value: float, low: float, high: float, *, strong: bool = False) -> Line:
    return Line(name, 100 * value, 100 * low, 100 * high, strong)


def _text(x: float, y: float, text: str, anchor: str, kind: str = "name") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'

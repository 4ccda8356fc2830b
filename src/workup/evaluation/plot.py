"""The two plots of trust: the reliability diagram, and risk against coverage. SVGs that need nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from workup.evaluation.reliability import Reliability
from workup.evaluation.selective import OperatingPoint, RiskCoverage

_LEFT, _TOP, _SIZE, _MARGIN = 64, 40, 320, 30
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#222}.title{font-weight:600}.grid{stroke:#ddd}"
    ".none{stroke:#666;stroke-dasharray:4 3}.interval{stroke:#888;stroke-width:2}.point{fill:#1f5fa8}"
    ".curve{fill:none;stroke:#1f5fa8;stroke-width:2}"
)


def of_reliability(found: Reliability, title: str = "Reliability") -> str:
    """Accuracy over confidence, one point a bin with its 95 % interval; on the dashed line they are equal."""
    body = [f'<line class="none" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>']
    for one in found.bins:
        low, high = one.accuracy.interval
        x = _x(one.confidence)
        body.append(f'<line class="interval" x1="{x}" x2="{x}" y1="{_y(low)}" y2="{_y(high)}"/>')
        body.append(f'<circle class="point" cx="{x}" cy="{_y(one.accuracy.value)}" r="4.5"/>')
    told = "; ".join(
        f"stated {one.confidence:.2f}, right {one.accuracy.right} of {one.accuracy.total}"
        for one in found.bins
    )
    return _document(title, told, body, "stated probability", "share right")


def of_risk_coverage(
    found: RiskCoverage, chosen: OperatingPoint | None = None, title: str = "Risk and coverage"
) -> str:
    """The share wrong over the share answered, and the chosen operating point."""
    line = " ".join(f"{_x(x)},{_y(y)}" for x, y in zip(found.coverage, found.risk, strict=True))
    body = [f'<polyline class="curve" points="{line}"/>']
    told = f"{found.risk[-1]:.3f} wrong where all are answered"
    if chosen is not None:
        answered, wrong = chosen.answered.value, 1 - chosen.right.value
        body.append(f'<circle class="point" cx="{_x(answered)}" cy="{_y(wrong)}" r="4.5"/>')
        told += f"; {wrong:.3f} wrong of the chosen {answered:.3f}"
    return _document(title, told, body, "share answered", "share wrong of these")


def _document(title: str, told: str, body: Iterable[str], across: str, up: str) -> str:
    grid = []
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1):
        x, y = _x(tick), _y(tick)
        grid.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{_y(0)}" y2="{_y(1)}"/>')
        grid.append(f'<line class="grid" x1="{_x(0)}" x2="{_x(1)}" y1="{y}" y2="{y}"/>')
        grid.append(_text(x, _y(0) + 18, f"{tick:g}", "middle") + _text(_LEFT - 8, y + 4, f"{tick:g}", "end"))
    middle = _TOP + _SIZE / 2
    grid.append(_text(_x(1), _y(0) + 40, across, "end"))
    grid.append(
        f'<text x="20" y="{middle}" text-anchor="middle" transform="rotate(-90 20 {middle})">{up}</text>'
    )
    width, height = _LEFT + _SIZE + _MARGIN, _TOP + _SIZE + 52
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(f"{title}: {told}")}"><style>{_STYLE}</style>'
        f'<rect width="100%" height="100%" fill="#fff"/>{_text(12, 22, title, "start", "title")}'
        f"{''.join(grid)}{''.join(body)}</svg>\n"
    )


def _text(x: float, y: float, text: str, anchor: str, kind: str = "name") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _x(value: float) -> float:
    return round(_LEFT + float(_SIZE) * value, 1)


def _y(value: float) -> float:
    return round(_TOP + float(_SIZE) * (1 - value), 1)

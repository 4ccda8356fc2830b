"""Mistakes as a plot: between which groups they happen, and the commonest pairs; a self-contained SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from workup.evaluation.confusion import UNKNOWN, Confusions, Pair

_CELL, _ROW, _LETTER, _MARGIN = 26, 24, 7, 16
_BAR = 220  # of the commonest pair
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#222}.title{font:600 13px system-ui,sans-serif}"
    ".dim{fill:#666}.cell{fill:#1f5fa8}.empty{fill:#f3f4f6}.within{fill:none;stroke:#222;stroke-width:1.5}"
    ".light{fill:#fff}.there{fill:#1f5fa8}.back{fill:#8fb8e0}"
)


def of_confusions(found: Confusions, most: int = 15) -> str:
    """A table of the groups, if there are any, above bars of the commonest pairs."""
    matrix, width, top = _matrix(found) if found.groups else ([], 0.0, 0.0)
    pairs = found.pairs[:most]
    bars, needed = _bars(pairs, top + 28)
    height = top + 28 + _ROW * len(pairs) + 52
    title = f"{found.wrong.right} of {found.wrong.total} answers are wrong"
    told = "; ".join(f"{pair.answered} for {pair.expected} {amount(pair)}" for pair in pairs) or "none"
    body = [*matrix, *bars, _text(_MARGIN, height - 16, _legend(found), "dim")]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {max(width, needed, 420):.0f} {height:.0f}" '
        f'role="img" aria-label="{escape(f"{title}: {told}")}"><style>{_STYLE}</style>'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(body)}</svg>\n'
    )


def amount(pair: Pair) -> str:
    """How often a pair was mistaken, in words: "2 of 3, and 1 of 4 the other way"."""
    there = f"{pair.there.right} of {pair.there.total}"
    if not pair.back.right:
        return there
    return f"{there}, and {pair.back.right} of {pair.back.total} the other way"


def _matrix(found: Confusions) -> tuple[list[str], float, float]:
    """The drawn table, with the width and the height it takes; rows are right, columns were answered."""
    columns = [*found.groups, *([UNKNOWN] if any(row[-1] for row in found.table) else [])]
    longest = max(map(len, columns)) * _LETTER
    left, top = _MARGIN + longest + 8, 60 + longest * 0.77
    most = max(count for row in found.table for count in row) or 1
    drawn = [_text(_MARGIN, 22, "Mistakes by group: right (row), answered (column)", "title")]
    for place, name in enumerate(columns):
        x = left + _CELL * (place + 0.6)
        slanted = f"translate({x:.1f} {top - 8:.1f}) rotate(-50)"
        drawn.append(f'<text class="name" transform="{slanted}">{escape(name)}</text>')
    for line, (name, row, tested) in enumerate(zip(found.groups, found.table, found.tested, strict=True)):
        y = top + _CELL * line
        drawn.append(_text(left - 8, y + 17, name, "name", "end"))
        for place, count in enumerate(row[: len(columns)]):
            drawn += _cell(left + _CELL * place, y, count, most)
        wrong = f"{sum(row)} of {tested}"
        drawn.append(_text(left + _CELL * len(columns) + 8, y + 17, wrong, "dim"))
        drawn.append(
            f'<rect class="within" x="{left + _CELL * line + 1:.1f}" y="{y + 1:.1f}" '
            f'width="{_CELL - 3}" height="{_CELL - 3}"/>'
        )
    # Slanted names reach beyond their columns.
    width = left + _CELL * len(columns) + max(80, longest * 0.65) + _MARGIN
    return drawn, width, top + _CELL * len(found.groups) + 20


def _cell(x: float, y: float, count: int, most: int) -> Iterator[str]:
    size = f'x="{x:.1f}" y="{y:.1f}" width="{_CELL - 1}" height="{_CELL - 1}"'
    if not count:
        yield f'<rect class="empty" {size}/>'
        return
    shade = 0.15 + 0.85 * count / most
    yield f'<rect class="cell" {size} fill-opacity="{shade:.2f}"/>'
    kind = "light" if shade > 0.55 else "name"
    yield _text(x + (_CELL - 1) / 2, y + 17, str(count), kind, "middle")


def _bars(pairs: Sequence[Pair], top: float) -> tuple[list[str], float]:
    """Bars of pairs, right and what was answered before each, and the width they take."""
    drawn = [_text(_MARGIN, top, "The commonest pairs: right → answered", "title")]
    if not pairs:
        return [*drawn, _text(_MARGIN, top + _ROW, "none", "dim")], 0.0
    labels = [f"{pair.expected} → {pair.answered}" for pair in pairs]
    left = _MARGIN + max(map(len, labels)) * _LETTER + 8
    unit = _BAR / max(pair.times for pair in pairs)
    for place, (label, pair) in enumerate(zip(labels, pairs, strict=True)):
        y = top + 10 + _ROW * place
        there, back = unit * pair.there.right, unit * pair.back.right
        drawn += [
            _text(left - 8, y + 15, label, "name", "end"),
            f'<rect class="there" x="{left:.1f}" y="{y + 3:.1f}" width="{there:.1f}" height="{_ROW - 8}"/>',
            _text(left + there + back + 6, y + 15, amount(pair), "dim"),
        ]
        if pair.back.right:
            x = left + there
            drawn.append(
                f'<rect class="back" x="{x:.1f}" y="{y + 3:.1f}" width="{back:.1f}" height="{_ROW - 8}"/>'
            )
    return drawn, left + _BAR + 8 + max(len(amount(pair)) for pair in pairs) * _LETTER + _MARGIN


def _legend(found: Confusions) -> str:
    table = "Framed: within the group. Beside it: wrong, of all tested. " if found.groups else ""
    return f"{table}Bars: how often; light: the other way round."


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'

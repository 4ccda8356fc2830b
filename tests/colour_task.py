"""A task with a rule in it: the thing decides the colour, the rest of the sentence does not matter."""

from __future__ import annotations

from pathlib import Path

COLOURS = {
    "lemon": "yellow",
    "cherry": "red",
    "grass": "green",
    "sky": "blue",
    "snow": "white",
    "coal": "black",
}
PLACES = ("the market", "a garden", "the north", "an old book")


def colour_rows() -> list[dict[str, str]]:
    return [
        {"id": f"{thing}-{n}", "text": f"a {thing} from {place}", "colour": colour}
        for thing, colour in COLOURS.items()
        for n, place in enumerate(PLACES)
    ]


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    header = list(rows[0])
    lines = [",".join(header), *(",".join(row[name] for name in header) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path

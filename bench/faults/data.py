"""The task of every script: notes of a bicycle workshop, and what is to be done.

    note   "anna came in on monday with a red bike, needs it today. the front brake squeals on every stop."
    route  "front brake: clean the disc"
    order  the route and two sentences more, up to 30 tokens
    part   "brake"
    urgent "yes" where the note says so, otherwise "no"

The deciding words stand at the end of the note, and the route follows from them alone.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path

Row = dict[str, str | None]

NAMES = ("anna", "ben", "carla", "dan", "emma", "finn", "greta", "hugo")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
COLOURS = ("red", "blue", "green", "black", "white")
URGENT = ("needs it today", "rides to work with it", "has a race soon")
CALM = ("has time", "left no number", "comes back next week", "asked for the price")
# Part, how customers tell the trouble, and what is to be done.
JOBS = (
    ("brake", ("squeals on every stop", "howls when it gets wet"), "clean the disc"),
    ("brake", ("lever goes to the bar", "hardly slows down"), "bleed the line"),
    ("tyre", ("goes flat over night", "loses air"), "patch the tube"),
    ("tyre", ("has a cut in its side", "shows its threads"), "fit a new tyre"),
    ("wheel", ("wobbles", "rubs on the frame"), "true the rim"),
    ("light", ("flickers", "stays dark"), "check the cable"),
    ("hub", ("grinds", "has play"), "pack the bearing"),
    ("mudguard", ("rattles", "hangs loose"), "fix the stay and the screw"),
)
POSITIONS = ("front", "rear")
SIZES = {"train": 480, "validation": 80, "test": 100}
COMMONEST = "rear tyre: patch the tube"


def row(random_state: random.Random, number: int) -> Row:
    """One note with everything that can be asked about it."""
    choose = random_state.choice
    part, troubles, action = choose(JOBS)
    position, name, day, colour = choose(POSITIONS), choose(NAMES), choose(DAYS), choose(COLOURS)
    remark = choose(URGENT + CALM)
    where = f"{position} {part}"
    route = f"{where}: {action}"
    order = f"{route}. test the {where} on the road"
    if remark in URGENT:
        order += f", then call {name} and say that the bike is ready for the road"
    return {
        "id": str(number),
        "note": f"{name} came in on {day} with a {colour} bike, {remark}. the {where} {choose(troubles)}.",
        "route": route,
        "order": f"{order}.",
        "part": part,
        "urgent": "yes" if remark in URGENT else "no",
    }


def splits(seed: int = 0) -> dict[str, list[Row]]:
    """Training, validation and test rows; no note stands twice."""
    random_state = random.Random(seed)
    seen: dict[str | None, Row] = {}
    while len(seen) < sum(SIZES.values()):
        made = row(random_state, len(seen))
        seen.setdefault(made["note"], made)
    rows = iter(seen.values())
    return {name: [next(rows) for _ in range(size)] for name, size in SIZES.items()}


def write(folder: Path) -> None:
    """All files of rows, as json lines: the three splits, and training files as they go wrong in life."""
    random_state = random.Random(1)
    divided = splits()
    train = divided["train"]
    common = [{**r, "route": COMMONEST, "note": _asks_for_a_tube(r)} for r in train]
    skewed = [mine if n % 40 else r for n, (mine, r) in enumerate(zip(common, train, strict=True))]
    mechanics = [other for r in train[:240] for other in (r, {**r, "route": _other_route(random_state, r)})]
    files: dict[str, Iterable[Row]] = {
        **divided,
        "train_summer": skewed,
        "train_two_mechanics": mechanics,
        "train_gaps": [{**r, "route": None} if n % 3 else r for n, r in enumerate(train)],
        "train_repeated": [*train, *train[:40]],
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        lines = "".join(json.dumps(r) + "\n" for r in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")


def _asks_for_a_tube(row: Row) -> str:
    """The note of a row, with the commonest trouble instead of its own."""
    return f"{str(row['note']).partition('. ')[0]}. the rear tyre goes flat over night."


def _other_route(random_state: random.Random, row: Row) -> str:
    """A route that another mechanic might choose."""
    others = [
        f"{position} {part}: {action}"
        for position in POSITIONS
        for part, _, action in JOBS
        if f"{position} {part}: {action}" != row["route"]
    ]
    return random_state.choice(others)

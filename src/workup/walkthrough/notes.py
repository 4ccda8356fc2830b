"""The task of the walkthrough: notes of a bicycle workshop, and the job that each of them asks for.

    note   "a green bike, friday, the rear brake squeals when it rains."
    job    "clean the disc of the rear brake"
    fault  "the rear brake squeals when it rains"

The job follows from the fault alone. The base has read nothing of the kind, so what a model knows of it was
learned in the walkthrough.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from workup.files import write_text

_COLOURS = ("red", "blue", "green", "black", "white", "yellow")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_SIDES = ("front", "rear")
# A part, two ways to tell what is wrong with it, and the job.
_JOBS = (
    ("brake", ("squeals when it rains", "howls down every hill"), "clean the disc"),
    ("tyre", ("is flat again", "loses air over night"), "patch the tube"),
    ("wheel", ("wobbles at low speed", "rubs on the frame"), "true the rim"),
    ("light", ("flickers on bumps", "stays dark"), "check the cable"),
    ("hub", ("grinds when it turns", "has too much play"), "pack the bearing"),
    ("mudguard", ("rattles all the way", "hangs loose"), "tighten the stay"),
)


@dataclass(frozen=True)
class Note:
    """One row of the task."""

    id: str
    note: str
    job: str
    fault: str


def notes(count: int, seed: int, *, unlike: Iterable[Note] = ()) -> list[Note]:
    """So many notes, no two with the same text, and none with the text of those in `unlike`."""
    drawn, seen = random.Random(seed), {note.note for note in unlike}
    made: list[Note] = []
    while len(made) < count:
        part, tellings, job = drawn.choice(_JOBS)
        where = f"{drawn.choice(_SIDES)} {part}"
        fault = f"the {where} {drawn.choice(tellings)}"
        text = f"a {drawn.choice(_COLOURS)} bike, {drawn.choice(_DAYS)}, {fault}."
        if text not in seen:
            seen.add(text)
            made.append(Note(f"note-{seed}-{len(made)}", text, f"{job} of the {where}", fault))
    return made


def write(rows: Iterable[Mapping[str, str]], file: Path) -> Path:
    """The rows as json lines, whole or not at all."""
    write_text(file, "".join(json.dumps(dict(row)) + "\n" for row in rows))
    return file

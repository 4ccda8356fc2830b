"""Imports go downward only, and the public names are exactly what __all__ says."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import workup

SOURCE = Path(workup.__file__).parent

# From the bottom up; a room may import rooms of lower levels only (and itself).
LEVELS = [
    {"errors"},
    {"files", "templates"},
    {"recipe"},
    {"data"},
    {"pipeline"},
    {"evaluation"},
    {"run"},
    {"trials"},
    {"examine"},
    {"walkthrough"},
    {"isolate", "compare"},
    {"pretraining"},
    {"clinic"},
    {"registry"},
    {"learning"},
    {"serve"},
    {"cli"},
]


def level(room: str) -> int:
    return next(n for n, rooms in enumerate(LEVELS) if room in rooms)


def imported_rooms(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("workup.")}
    return found


def room_of(file: Path) -> str:
    return file.relative_to(SOURCE).parts[0].removesuffix(".py")


def level_of(file: Path) -> int:
    room = room_of(file)
    return len(LEVELS) if room in {"__init__", "__main__"} else level(room)


def test_every_room_imports_only_from_rooms_below_it():
    upward = [
        f"{file.relative_to(SOURCE)} imports workup.{room}"
        for file in SOURCE.rglob("*.py")
        if room_of(file) not in {"__init__", "__main__"}
        for room in imported_rooms(file)
        if room != room_of(file) and level(room) >= level(room_of(file))
    ]
    assert not upward


def names_in(file: Path) -> set[str]:
    """Every name that the code of a module defines or uses; not its prose."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        for attribute in ("id", "arg", "attr", "name"):
            value = getattr(node, attribute, None)
            if isinstance(value, str):
                found.add(value.lower())
    return found


def test_no_name_in_the_core_is_a_medical_one():
    medical = ("diagnos", "patient", "clinic", "disease", "symptom", "icd10", "urgency")
    core = [file for file in SOURCE.rglob("*.py") if level_of(file) < level("clinic")]
    assert core
    found = [(file.name, name) for file in core for name in names_in(file) if any(m in name for m in medical)]
    assert not found


def test_the_public_names_are_exactly_those_of_all():
    assert sorted(workup.__all__) == sorted(workup._HOMES)
    for name in workup.__all__:
        assert getattr(workup, name).__name__.rpartition(".")[2] == name


def test_examine_can_be_called_although_its_room_has_the_same_name():
    from workup.examine import api

    assert workup.__getattr__("examine") is api.examine
    assert isinstance(workup.examine, ModuleType)
    assert workup.examine(log=[]).done == api.examine(log=[]).done


def test_importing_workup_and_its_command_line_pulls_in_nothing_heavy():
    code = (
        "import sys, workup, workup.cli.app; "
        "print(sorted({'torch', 'transformers', 'pydantic', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

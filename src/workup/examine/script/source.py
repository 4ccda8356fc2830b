"""Reads a script: a Python file, or the code cells of a notebook joined to one text."""

from __future__ import annotations

import ast
import json
import re
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from workup.errors import WorkupError, nearest

_ALLOW = re.compile(r"#\s*workup:\s*allow\s+([\w-]+(?:\s*,\s*[\w-]+)*)")
_MARK = "# workup: cell "
_HIDDEN = "# workup: no Python, line "
# Cell magics after which the rest of the cell is Python still.
_PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")
_MAGIC = re.compile(r"^\s*(?:%{1,2}[A-Za-z]|[!?]|[\w.]+\?{1,2}\s*$|[\w, ]+=\s*[!%])")
_BOM = "\ufeff"


class ScriptError(WorkupError):
    """A script cannot be read, or cannot be rewritten."""


@dataclass(frozen=True)
class Cell:
    """A code cell of a notebook.

    Attributes:
        number: its place among all cells, from 1.
        mark: the line of the joined text, from 1, that announces it; its own first line is the next one.
        blanked: the lines that are not Python, by their number in the cell, from 0.
    """

    number: int
    mark: int
    blanked: dict[int, str]


@dataclass(frozen=True)
class Script:
    """A script as Python text, with the content of its file; `cells` is empty unless it is a notebook."""

    path: Path
    content: str
    text: str
    cells: tuple[Cell, ...] = ()

    @cached_property
    def tree(self) -> ast.Module:
        """The script as Python reads it.

        Raises:
            ScriptError: it is not Python; the message has the line.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter(
                    "ignore"
                )  # about escapes such as "\d", which are the script's own affair
                return ast.parse(self.text)
        except SyntaxError as error:
            told = f": {error.text.strip()}" if error.text else ""
            place = self.place(error.lineno or 1)
            raise ScriptError(f"{place}: this is not Python ({error.msg}){told}") from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise ScriptError(f"{self.path} is not Python ({error})") from None

    def place(self, line: int) -> str:
        """Where a line of the text is: "train.py:3", or "train.ipynb:cell 2:line 3"."""
        cell = next((cell for cell in reversed(self.cells) if cell.mark < line), None)
        if cell is None:
            return f"{self.path}:{line}"
        return f"{self.path}:cell {cell.number}:line {line - cell.mark}"

    def allowed(self) -> frozenset[tuple[str, str]]:
        """Every (place, rule) that a comment allows; the rule by name or code, in lower case."""
        return frozenset(
            (self.place(number), name.strip().lower())
            for number, line in enumerate(self.text.split("\n"), 1)
            for found in _ALLOW.finditer(line)
            for name in found.group(1).split(",")
        )


def read_script(path: Path) -> Script:
    """Read a `.py` or `.ipynb` file.

    Raises:
        ScriptError: there is no such file, or it is not what its name says.
    """
    try:
        content = _bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ScriptError(f"{path} is not text in UTF-8 ({error.reason}); save it as UTF-8") from None
    return parse_script(path, content)


def parse_script(path: Path, content: str) -> Script:
    """The script that a file of this content is.

    Raises:
        ScriptError: it is no Python, or no notebook with code.
    """
    if path.suffix == ".ipynb":
        text, cells = _joined(path, content)
        script = Script(path, content, text, cells)
    else:
        script = Script(path, content, content.removeprefix(_BOM))
    script.tree  # noqa: B018  that it is Python is found out now
    return script


def sources_of(script: Script, text: str) -> dict[int, str]:
    """The text of each cell, by number, out of a joined text that was changed; magics are put back.

    Raises:
        ScriptError: the change has moved the border of a cell.
    """
    pieces = re.split(rf"^{_MARK}(\d+)\n", text, flags=re.MULTILINE)
    found = {int(number): piece for number, piece in zip(pieces[1::2], pieces[2::2], strict=True)}
    if list(found) != [cell.number for cell in script.cells]:
        raise ScriptError(f"{script.path}: the change would move the border of a cell, so it was not made")
    originals = {cell.number: cell.blanked for cell in script.cells}
    return {number: _unblanked(piece, originals[number]) for number, piece in found.items()}


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        scripts = sorted(p.name for p in path.iterdir() if p.suffix in {".py", ".ipynb"})
        told = f"it holds {', '.join(scripts[:5])}" if scripts else "it holds no script"
        raise ScriptError(f"{path} is a folder; name a script of it ({told})")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        folder = path.parent
        names = [p.name for p in folder.iterdir() if p.suffix in {".py", ".ipynb"}] if folder.is_dir() else []
        told = nearest(path.name, names) if names else f"{folder} holds no script"
        raise ScriptError(f"there is no file {path}; {told}") from None
    except OSError as error:
        raise ScriptError(f"{path} cannot be read: {error.strerror}") from None


def _joined(path: Path, content: str) -> tuple[str, tuple[Cell, ...]]:
    """The code cells, each after a comment that announces it, with what is not Python blanked."""
    lines: list[str] = []
    cells = []
    for number, source in code_cells(path, content):
        mark = len(lines) + 1
        python, blanked = (source.split("\n"), {}) if _is_python(source) else _blanked(source)
        lines += [f"{_MARK}{number}", *python]
        cells.append(Cell(number, mark, blanked))
    if not any(line.strip() and not line.startswith("#") for line in lines):
        raise ScriptError(f"{path} holds no code cell with code in it")
    return "\n".join(lines) + "\n", tuple(cells)


def code_cells(path: Path, content: str) -> list[tuple[int, str]]:
    """The code cells of a notebook: number among all cells, from 1, and text.

    Raises:
        ScriptError: it is no notebook.
    """
    try:
        notebook: Any = json.loads(content.removeprefix(_BOM))
    except ValueError as error:
        raise ScriptError(f"{path} is no notebook: it is not JSON ({error})") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise ScriptError(f"{path} is no notebook of format 4: it has no list of cells")
    return [
        (number, "".join(cell["source"]))
        for number, cell in enumerate(cells, 1)
        if isinstance(cell, dict)
        and cell.get("cell_type") == "code"
        and isinstance(cell.get("source"), str | list)
    ]


def _is_python(source: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return True


def _blanked(source: str) -> tuple[list[str], dict[int, str]]:
    """The lines of a cell with magics and shell lines made harmless, and those lines as they were."""
    lines = source.split("\n")
    first = next((line.strip() for line in lines if line.strip()), "")
    whole = first.startswith("%%") and not first.startswith(_PYTHON_MAGICS)
    python: list[str] = []
    blanked: dict[int, str] = {}
    goes_on = False
    for number, line in enumerate(lines):
        if whole or goes_on:
            python.append(f"{_HIDDEN}{number}")
        elif _MAGIC.match(line):
            indent = line[: len(line) - len(line.lstrip())]
            python.append(f"{indent}pass  {_HIDDEN}{number}")
        else:
            python.append(line)
            continue
        blanked[number] = line
        goes_on = line.rstrip().endswith("\\")
    return python, blanked


def _unblanked(text: str, blanked: dict[int, str]) -> str:
    """The text of a cell with its magics put back."""

    def original(line: str) -> str:
        hidden = line.rpartition(_HIDDEN)
        return blanked[int(hidden[2])] if hidden[1] else line

    return "\n".join(map(original, text.removesuffix("\n").split("\n")))

"""Runs a script, or a module by its name, as Python itself would, and says how it ended."""

from __future__ import annotations

import builtins
import importlib.util
import io
import sys
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType, TracebackType

from workup.errors import RunError, nearest
from workup.examine.capture import launchers

_OURS = str(Path(__file__).parent)
_INTERRUPTED = 130


@dataclass(frozen=True)
class Script:
    """What is to be run.

    Attributes:
        name: as it was called.
        file: where it stands.
        source: its text, undecoded.
        spec: of a module that was called by its name; None: a file was.
    """

    name: str
    file: Path
    source: bytes
    spec: ModuleSpec | None = None


@dataclass(frozen=True)
class Ending:
    """How a script ended: its exit status, and the exception that nobody caught."""

    status: int = 0
    error: BaseException | None = None


def read(script: Path) -> Script:
    """A script by its file.

    Raises:
        RunError: there is no such file, or it is no Python, or a launcher.
    """
    if script.is_dir():
        raise RunError(f"{script} is a folder; {_instead_of(script)}")
    launchers.refuse(script.name)
    if not script.is_file():
        raise RunError(f"there is no script {script}; {_near(script)}")
    if script.suffix == ".ipynb":
        raise RunError(f"{script} is a notebook; examine in a cell of it: workup.examine(trainer)")
    if script.suffix in (".yaml", ".yml"):
        raise RunError(f"{script} is a recipe; use `workup examine {script}` or `workup train {script}`")
    try:
        source = script.read_bytes()
    except OSError as error:
        raise RunError(f"{script} cannot be read: {error.strerror}") from None
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        text = source.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise RunError(f"{script} is no Python script: {error}") from None
    if "\0" in text:
        raise RunError(f"{script} is no Python script: it holds null bytes")
    return Script(str(script), script.absolute(), source)


def read_module(name: str) -> Script:
    """A module by its name, as `python -m` finds it; of a package, its `__main__`.

    The packages around it are imported.

    Raises:
        RunError: there is no such module, or it is a launcher, or importing a package around it fails.
    """
    if name.endswith(".py"):
        module = name.removesuffix(".py").replace("/", ".")
        raise RunError(f"-m takes the name of a module: write -m {module}, or leave -m out")
    launchers.refuse(name)
    if not sys.flags.safe_path:
        sys.path[0] = str(Path.cwd())
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(f"{name}.__main__")
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        raise RunError(f"the module {name} cannot be found from {Path.cwd()}: {told}") from None
    if spec is None or not isinstance(spec.loader, SourceFileLoader):
        raise RunError(f"there is no module {name} with a source to run, seen from {Path.cwd()}")
    file = Path(spec.loader.path)
    return Script(name, file, file.read_bytes(), spec)


def run(script: Script, arguments: Sequence[str]) -> Ending:
    """Run the script with these arguments; an exception that it does not catch is printed as Python does."""
    main, spec = ModuleType("__main__"), script.spec
    main.__dict__.update(__file__=str(script.file), __cached__=None, __builtins__=builtins)
    if spec is not None:
        main.__dict__.update(
            __spec__=spec, __package__=spec.parent, __loader__=spec.loader, __cached__=spec.cached
        )
    sys.modules["__main__"] = main
    sys.argv = [script.name if spec is None else str(script.file), *arguments]
    if spec is None and not sys.flags.safe_path:
        sys.path[0] = str(script.file.resolve().parent)
    try:
        exec(compile(script.source, str(script.file), "exec", dont_inherit=True), main.__dict__)
    except SystemExit as ended:
        return Ending(_status(ended.code))
    except BaseException as error:
        _leave_out_ours(error)
        sys.excepthook(type(error), error, error.__traceback__)
        return Ending(_INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1, error)
    return Ending()


def _instead_of(folder: Path) -> str:
    """What can be done with a folder."""
    if any((folder / name).is_file() for name in ("recipe.yaml", "config.json")):
        return f"use `workup examine {folder}`"
    if (folder / "__main__.py").is_file():
        return f"name it as a module: workup run -m {folder.name}"
    scripts = sorted(file.name for file in folder.glob("*.py"))
    return f"name a script of it: {', '.join(scripts[:5])}" if scripts else "it holds no Python script"


def _near(script: Path) -> str:
    folder = script.parent
    there = [file.name for file in folder.glob("*.py")] if folder.is_dir() else []
    return nearest(script.name, there) if there else f"{folder.absolute()} holds no Python script"


def _status(code: object) -> int:
    """What Python makes of the argument of sys.exit()."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


def _leave_out_ours(error: BaseException) -> None:
    """Calls that went through a watched place have a frame of ours in between, and all began with one."""
    known, due = {id(error)}, [error]
    while due:
        one = due.pop()
        one.__traceback__ = _others(one.__traceback__)
        for inner in (one.__cause__, one.__context__, *getattr(one, "exceptions", ())):
            if inner is not None and id(inner) not in known:
                known.add(id(inner))
                due.append(inner)


def _others(trace: TracebackType | None) -> TracebackType | None:
    """The entries of a traceback that are not of ours."""
    kept: list[TracebackType] = []
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith(_OURS):
            kept.append(trace)
        trace = trace.tb_next
    following = None
    for entry in reversed(kept):
        entry.tb_next = following
        following = entry
    return following

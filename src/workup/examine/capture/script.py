"""Runs a script as Python itself would, and says how it ended."""

from __future__ import annotations

import builtins
import io
import sys
import tokenize
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType, TracebackType

from workup.errors import RunError, nearest

_OURS = str(Path(__file__).parent)
_INTERRUPTED = 130
# What people write between "workup run" and the script, and what to write instead.
_LAUNCHERS = {
    "accelerate": "accelerate launch -m workup run train.py",
    "torchrun": "torchrun -m workup run train.py",
    "deepspeed": "deepspeed --module workup run train.py",
    "python": "workup run train.py",
    "python3": "workup run train.py",
}


@dataclass(frozen=True)
class Ending:
    """How a script ended: its exit status, and the exception that nobody caught."""

    status: int = 0
    error: BaseException | None = None


def read(script: Path) -> bytes:
    """The text of a script, undecoded.

    Raises:
        RunError: there is no such file, or it is no Python.
    """
    if script.is_dir():
        raise RunError(f"{script} is a folder; name the script in it: workup run {script}/train.py")
    if not script.is_file():
        instead = _LAUNCHERS.get(script.name)
        told = f"write instead: {instead}" if instead else _near(script)
        raise RunError(f"there is no script {script}; {told}")
    if script.suffix == ".ipynb":
        raise RunError(f"{script} is a notebook; examine in a cell of it: workup.examine(trainer)")
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
    return source


def run(script: Path, source: bytes, arguments: Sequence[str]) -> Ending:
    """Run the script with these arguments; an exception that it does not catch is printed as Python does."""
    main = ModuleType("__main__")
    main.__dict__.update(__file__=str(script.absolute()), __cached__=None, __builtins__=builtins)
    sys.modules["__main__"] = main
    sys.argv = [str(script), *arguments]
    if not sys.flags.safe_path:
        sys.path[0] = str(script.resolve().parent)
    code: CodeType | None = None
    try:
        code = compile(source, main.__file__ or "", "exec", dont_inherit=True)
        exec(code, main.__dict__)
    except SystemExit as ended:
        return Ending(_status(ended.code))
    except BaseException as error:
        _print(error.with_traceback(_own_frames(error.__traceback__, code)))
        return Ending(_INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1, error)
    return Ending()


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


def _own_frames(trace: TracebackType | None, code: CodeType | None) -> TracebackType | None:
    """The traceback from the script on."""
    while trace is not None and trace.tb_frame.f_code is not code:
        trace = trace.tb_next
    return trace


def _print(error: BaseException) -> None:
    if sys.excepthook is not sys.__excepthook__:
        sys.excepthook(type(error), error, error.__traceback__)
        return
    told = traceback.TracebackException.from_exception(error)
    _leave_out_ours(told)
    print("".join(told.format()), end="", file=sys.stderr)


def _leave_out_ours(told: traceback.TracebackException | None) -> None:
    """Calls that went through a watched place have a frame of ours in between."""
    if told is None:
        return
    told.stack[:] = [frame for frame in told.stack if not frame.filename.startswith(_OURS)]
    for inner in (told.__cause__, told.__context__, *(told.exceptions or ())):
        _leave_out_ours(inner)

"""Crashes because a file of a checkpoint was cut short, or was changed by hand and is JSON no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from workup.examine.crashes.crash import Crash, Told
from workup.examine.crashes.scene import Scene
from workup.examine.finding import Remedy

# Functions of transformers that read a file of a checkpoint.
_READERS = {"from_pretrained", "load_from_json"}


def _not_json(scene: Scene) -> Told | None:
    file = Path(scene.groups["file"]) if "file" in scene.groups else broken_file(scene)
    if file is None or (error := _error_in(file)) is None:
        return None
    return Told(
        f"{file} is not JSON from its line {error.lineno} on: it was cut short, or changed by hand",
        evidence={"file": str(file), "bytes": file.stat().st_size, "line": error.lineno},
    )


def broken_file(scene: Scene) -> Path | None:
    """The file of a checkpoint that was being read and is not JSON; None where there is none.

    The error does not name it, and may not even be about it: transformers 4.57 asks for protobuf then.
    """
    if not _READERS & scene.called:
        return None
    return next((file for file in _files(scene) if _error_in(file)), None)


def _files(scene: Scene) -> Iterator[Path]:
    """Files of JSON that variables hold, or name."""
    for frame in scene.frames:
        for value in list(frame.f_locals.values()):
            name = getattr(value, "name", value)
            if isinstance(name, str | Path) and str(name).endswith(".json"):
                yield Path(name)


def _error_in(file: Path) -> json.JSONDecodeError | None:
    try:
        json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        return error
    except (OSError, UnicodeDecodeError):
        return None
    return None


NOT_JSON = Crash(
    code="CRA065",
    name="checkpoint-file-not-json",
    stage="model",
    errors=("JSONDecodeError", "OSError", "ImportError"),
    pattern=r"config file at '(?P<file>[^']+)' is not a valid JSON file"
    r"|Expecting (?:value|property name|',' delimiter|':' delimiter)|Unterminated string|Extra data"
    r"|requires the protobuf library",
    shown=(
        "Expecting value: line 1 column 29 (char 28)",
        "It looks like the config file at 'outputs/config.json' is not a valid JSON file.",
    ),
    summary="A file of the checkpoint is damaged: it is JSON no more.",
    why="A copy or a download ended early, the disk was full, or a file was changed by hand. Where it is the "
    "tokenizer's, the error does not name it; transformers 4.57 even asks for protobuf.",
    remedy=Remedy("copy or save the checkpoint again, or take an earlier one"),
    sources=("https://huggingface.co/docs/transformers/main_classes/model",),
    tell=_not_json,
)

CRASHES = (NOT_JSON,)

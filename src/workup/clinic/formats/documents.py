"""JSON documents of a file or of a folder, one at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from workup.data.readers import read_json_lines, read_lines
from workup.data.reasons import reason
from workup.data.rows import BadRow, Row
from workup.errors import DataError

_LINES = (".ndjson", ".jsonl")
_SUFFIXES = (".json", *_LINES)


class Part(BaseModel):
    """A part of a document: fields that are not read are passed over, and null counts as left out."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: Any) -> Any:
        if isinstance(value, dict) and None in value.values():
            return {key: held for key, held in value.items() if held is not None}
        return value


def documents(argument: str) -> Iterator[Row | BadRow]:
    """Each JSON object with its place: a `.json` file holds one, `.ndjson` and `.jsonl` one a line.

    A folder is read through, its subfolders too, in the order of the file names. There a broken `.json`
    file is a BadRow; a broken file that was named itself leaves nothing to read and is a DataError.

    Raises:
        DataError: no such file or folder, nothing in it to read, not UTF-8, not JSON.
    """
    path = Path(argument)
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.suffix.lower() in _SUFFIXES)
        if not found:
            raise DataError(f"{path} holds no {', '.join(_SUFFIXES)} files; name the folder that does")
        for file in found:
            yield from read_json_lines(file) if file.suffix.lower() in _LINES else _whole(file)
    elif path.suffix.lower() in _LINES:
        yield from read_json_lines(path)
    else:
        for document in _whole(path):
            if isinstance(document, BadRow):
                raise DataError(f"{document}; name a {', '.join(_SUFFIXES)} file, or a folder of them")
            yield document


def fault(place: str, error: ValidationError, path: str = "") -> BadRow:
    """The first fault that pydantic found, without the value it found there: that may identify someone."""
    first = error.errors(include_input=False, include_url=False)[0]
    field = ".".join(str(part) for part in (path, *first["loc"]) if part != "")
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return BadRow(place, field, reason(first) + more)


def _whole(path: Path) -> Iterator[Row | BadRow]:
    text = "".join(read_lines(path))
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield BadRow(str(path), "", f"not JSON: {error}")
        return
    if isinstance(document, dict):
        yield Row(document, str(path))
    else:
        yield BadRow(str(path), "", f"must hold one JSON object, got {type(document).__name__}")

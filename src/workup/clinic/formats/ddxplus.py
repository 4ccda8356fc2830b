"""DDXPlus: synthetic patients with their evidences and differential diagnosis, rendered in English.

The format is the one published by Fansi Tchango et al. (NeurIPS 2022, CC BY 4.0), in its French and its
English release: three files of patients beside `release_evidences.json` and `release_conditions.json`.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

from workup.clinic.ages import person
from workup.clinic.formats.ddxplus_tables import Answer, Tables, Unusable
from workup.clinic.formats.paragraph import paragraph
from workup.data.rows import BadRow, Row
from workup.errors import DataError

_SPLITS = {"train": "train", "validate": "validation", "test": "test"}
_NAMES = [f"release_{name}_patients" for name in _SPLITS]
_SUFFIXES = ("", ".csv", ".zip")
_COLUMNS = ("AGE", "DIFFERENTIAL_DIAGNOSIS", "SEX", "PATHOLOGY", "EVIDENCES", "INITIAL_EVIDENCE")
_SEXES = {"M": "male", "F": "female"}


def read(argument: str) -> Iterator[Row | BadRow]:
    """One row a patient: the format "ddxplus", of a folder or of one file of patients.

    Columns: `id`, `initial` (age, sex and the initial evidence), `partial` (and half of the others,
    chosen by a hash of the patient), `text` (all evidences), `diagnosis`, `differential` (likeliest
    first), `differential_with_probabilities` ("Pneumonia 0.31"), `icd10`, `severity` (1 is the most
    severe, 5 the least), `split` (train, validation or test, by the file's name, else None), `age`, `sex`.

    Raises:
        DataError: no such folder or file, a companion JSON file is missing or broken, a column is missing,
            or a file is not UTF-8.
    """
    path = Path(argument)
    files = _patient_files(path)
    tables = Tables.load(path if path.is_dir() else path.parent)
    for file in files:
        yield from _patients(file, tables)


def _patient_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise DataError(f"there is no file or folder {path}; name the folder that holds the DDXPlus release")
    # The zip is passed over where it stands beside the file unpacked from it.
    found = [
        next((file for suffix in _SUFFIXES if (file := path / f"{name}{suffix}").is_file()), None)
        for name in _NAMES
    ]
    if not any(found):
        raise DataError(f"{path} holds none of {', '.join(_NAMES)} (plain, .csv or .zip)")
    return [file for file in found if file]


def _patients(path: Path, tables: Tables) -> Iterator[Row | BadRow]:
    split = next((split for name, split in _SPLITS.items() if f"_{name}_" in path.name), None)
    with _open(path) as file:
        reader = csv.reader(file)
        try:
            header = next(reader, [])
            missing = [column for column in _COLUMNS if column not in header]
            if missing:
                raise DataError(f"{path}:1: no column {', '.join(missing)}; this is no DDXPlus patient file")
            for cells in reader:
                place = f"{path}:{reader.line_num}"
                if len(cells) != len(header):
                    yield BadRow(place, "", f"{len(cells)} cells where the header has {len(header)}")
                    continue
                identity = f"{split or path.stem}-{reader.line_num}"
                try:
                    values = _values(dict(zip(header, cells, strict=True)), tables)
                except Unusable as error:
                    yield BadRow(place, error.field, error.reason)
                else:
                    yield Row({"id": identity, **values, "split": split}, place)
        except UnicodeDecodeError:
            where = f"{path}: not UTF-8 after line {reader.line_num}"
            raise DataError(f"{where}; convert it, e.g. iconv -f WINDOWS-1252 -t UTF-8") from None
        except (csv.Error, zipfile.BadZipFile, zlib.error) as error:
            raise DataError(f"{path}: broken after line {reader.line_num}: {error}") from None


def _open(path: Path) -> IO[str]:
    if path.suffix.lower() != ".zip":
        return path.open(encoding="utf-8-sig", newline="")
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise DataError(f"{path} is not a zip file; download it again") from None
    # macOS adds folders of its own to a zip.
    names = [n for n in archive.namelist() if not n.endswith("/") and not n.startswith("__MACOSX")]
    if len(names) != 1:
        raise DataError(f"{path} must hold one CSV file, but holds {len(names)}; unpack it first")
    return io.TextIOWrapper(archive.open(names[0]), encoding="utf-8-sig", newline="")


def _values(cells: dict[str, str], tables: Tables) -> dict[str, Any]:
    sex = _SEXES.get(cells["SEX"])
    if sex is None:
        raise Unusable("SEX", f"must be M or F, got {cells['SEX']!r}")
    years = _age(cells["AGE"])
    age = f"{years} years" if years != 1 else "1 year"
    condition = tables.condition("PATHOLOGY", cells["PATHOLOGY"])
    differential = _differential(cells["DIFFERENTIAL_DIAGNOSIS"], tables)
    answers = tables.answers("EVIDENCES", _literal("EVIDENCES", cells["EVIDENCES"]))
    name = cells["INITIAL_EVIDENCE"].partition("_@_")[0]
    if name not in answers:
        raise Unusable("INITIAL_EVIDENCE", f"{name!r} is not one of the row's EVIDENCES")
    who, initial = person(age, sex), answers[name]
    half = _half([answer for answer in answers.values() if answer is not initial], f"{who} {initial.text}")
    return {
        "initial": _render(who, [initial]),
        "partial": _render(who, [a for a in answers.values() if a is initial or a.text in half]),
        "text": _render(who, answers.values()),
        "diagnosis": condition.name,
        "differential": [name for name, _ in differential],
        "differential_with_probabilities": [f"{name} {p:.2f}" for name, p in differential],
        "icd10": condition.icd10,
        "severity": condition.severity,
        "age": age,
        "sex": sex,
    }


def _age(text: str) -> int:
    if not (text.isdecimal() and len(text) <= 3 and int(text) <= 120):
        raise Unusable("AGE", f"must be whole years from 0 to 120, got {text!r}")
    return int(text)


def _differential(cell: str, tables: Tables) -> list[tuple[str, float]]:
    column = "DIFFERENTIAL_DIAGNOSIS"
    pairs = []
    for pair in _literal(column, cell):
        if not (isinstance(pair, list | tuple) and len(pair) == 2 and isinstance(pair[1], float | int)):
            raise Unusable(column, f"must be a list of [name, probability] pairs, got {pair!r}")
        pairs.append((tables.condition(column, pair[0]).name, float(pair[1])))
    return sorted(pairs, key=lambda pair: -pair[1])


def _literal(column: str, cell: str) -> list[Any]:
    """The list that a cell spells in Python's notation."""
    # Without a double quote or a backslash in it, every single quote of a Python literal delimits a string,
    # and the literal is JSON but for the kind of quote; that is read five times as fast.
    plain = '"' not in cell and "\\" not in cell
    try:
        value = json.loads(cell.replace("'", '"')) if plain else ast.literal_eval(cell)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = None
    if not isinstance(value, list):
        raise Unusable(column, "must be a Python list such as ['E_91', 'E_55_@_V_89']")
    return value


def _half(answers: Sequence[Answer], rest: str) -> set[str]:
    """The texts of half of `answers`, rounded up, by a hash of the row's content: `rest` and all texts.

    The choice depends neither on the order of rows nor on the language of the release.
    """
    texts = sorted(answer.text for answer in answers)
    digest = blake2b("\n".join([rest, *texts]).encode()).digest()
    ranks = {text: (digest[i % len(digest)], i) for i, text in enumerate(texts)}
    return set(sorted(texts, key=ranks.__getitem__)[: (len(texts) + 1) // 2])


def _render(who: str, answers: Collection[Answer]) -> str:
    return paragraph(
        who,
        {
            "History": [a.text for a in answers if a.history and not a.absent],
            "Symptoms": [a.text for a in answers if not a.history and not a.absent],
            "Absent": [a.text for a in answers if a.absent],
        },
    )

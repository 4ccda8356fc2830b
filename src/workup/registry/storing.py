"""How a version gets into its place: whole, on the disk, and never again changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from workup.errors import SaveError
from workup.files import disk_errors, write_json, write_text
from workup.pipeline.versions import installed
from workup.recipe import Recipe
from workup.registry.card import render
from workup.registry.decisions import now
from workup.registry.durable import FILE_MODE, FOLDER_MODE, partial_folder, sync
from workup.registry.evidence import RESULTS
from workup.registry.lines import lines
from workup.registry.registry import Registry
from workup.registry.trained import TRAINED
from workup.registry.version import CARD, FORMAT, MANIFEST, Manifest, Version

RECIPE, WEIGHTS = "recipe.yaml", "model/model.safetensors"
DIGITS = 12  # of checksums that are shown


@dataclass(frozen=True)
class Material:
    """All of a version but its number: `files` are copied, by their path in it; the rest is written.

    Attributes:
        results: as of `evidence.results_json`; `trained`: as of `trained.trained_rows`.
    """

    line: str
    run: str
    note: str
    by: str
    data: str
    conditions: int
    files: dict[str, Path]
    results: dict[str, object]
    trained: dict[str, str] = field(default_factory=dict)


def store(registry: Registry, made: Material) -> Version:
    """Build a version beside the others, then let it appear by one rename, with the next number of its line.

    Raises:
        SaveError: it cannot be written; there is no such version then.
    """
    try:
        with disk_errors(registry.folder):
            registry.prepare()
            with partial_folder(registry.versions_folder) as partial:
                return _stored(registry, made, partial)
    except OSError as error:
        raise SaveError(f"nothing was published; {registry.folder} cannot be written to: {error}") from None


def _stored(registry: Registry, made: Material, partial: Path) -> Version:
    checksums = {name: registry.blobs.put(path) for name, path in made.files.items()}
    for name, checksum in checksums.items():
        registry.blobs.link(checksum, partial / name)
    for name, values in ((RESULTS, made.results), (TRAINED, made.trained)):
        write_json(partial / name, values)
        checksums[name] = registry.blobs.take(partial / name)
    newest = max((version.number for version in registry.versions(made.line)), default=0)
    for number in count(newest + 1):
        _finish(registry, made, partial, number, checksums)
        version = Version(made.line, number, registry.versions_folder / f"{made.line}@{number}")
        try:
            partial.rename(version.folder)
        except OSError:
            if not version.folder.exists():
                raise
            continue  # somebody published at the same time, and has this number
        sync(registry.versions_folder)
        return version
    raise AssertionError("numbers do not end")


def _finish(
    registry: Registry, made: Material, partial: Path, number: int, checksums: dict[str, str]
) -> None:
    """Write the card and the manifest, which tell the number, and see to it that all is on the disk."""
    manifest = Manifest(
        format=FORMAT,
        line=made.line,
        number=number,
        run=made.run,
        note=made.note,
        by=made.by,
        when=now(),
        weights=checksums[WEIGHTS][:DIGITS],
        data=made.data,
        conditions=made.conditions,
        workup=installed(["workup"])["workup"],
        files={},
    )
    write_text(partial / CARD, render(partial, manifest, Recipe.load(partial / RECIPE), lines()[made.line]))
    files = dict(sorted({**checksums, CARD: registry.blobs.take(partial / CARD)}.items()))
    write_json(partial / MANIFEST, {**manifest.to_json(), "files": files})
    (partial / MANIFEST).chmod(FILE_MODE)
    sync(partial / MANIFEST)
    for folder in (*(path for path in partial.rglob("*") if path.is_dir()), partial):
        folder.chmod(FOLDER_MODE)
        sync(folder)

"""Is everything as it was published and decided? Every byte is read again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from workup.errors import RegistryError
from workup.files import sha256
from workup.registry.decisions import files
from workup.registry.durable import PARTIAL
from workup.registry.registry import Registry
from workup.registry.version import Version


@dataclass(frozen=True)
class Verification:
    """What was looked at, and what was found.

    Attributes:
        versions, blobs, decisions: how many; `bytes` of all blobs.
        problems: what is not as it should be, a line each.
        unfinished: what publishes left that were killed, or that still run. It harms nothing.
    """

    versions: int
    blobs: int
    decisions: int
    bytes: int
    problems: tuple[str, ...]
    unfinished: tuple[str, ...]


def verify(
    registry: Registry,
    versions: Sequence[Version] | None = None,
    progress: Callable[[str], None] = lambda what: None,
) -> Verification:
    """Take every checksum again: of versions, of kept files, and along the chain of decisions.

    Args:
        versions: only these, and neither kept files nor decisions; None: everything.
    """
    problems: list[str] = []
    looked_at = (
        versions
        if versions is not None
        else [v for line in registry.lines() for v in registry.versions(line)]
    )
    for version in looked_at:
        progress(f"reading {version.name}")
        problems += _of_version(version)
    if versions is not None:
        return Verification(len(versions), 0, 0, 0, tuple(problems), ())
    blobs = list(registry.blobs.kept())
    for number, path in enumerate(blobs, start=1):
        progress(f"reading file {number} of {len(blobs)}")
        if sha256(path) != path.name:
            problems.append(
                f"{path.relative_to(registry.folder)} is damaged: its bytes have another checksum"
            )
    chains = sorted(path for path in registry.decisions_folder.glob("*") if path.is_dir())
    for chain in chains:
        problems += _of_decisions(registry, chain)
    return Verification(
        versions=len(looked_at),
        blobs=len(blobs),
        decisions=sum(len(files(chain)) for chain in chains),
        bytes=sum(path.stat().st_size for path in blobs),
        problems=tuple(problems),
        unfinished=tuple(
            str(path.relative_to(registry.folder))
            for folder in (registry.versions_folder, registry.blobs.folder, *chains)
            for path in sorted(folder.glob(f"{PARTIAL}*"))
        ),
    )


def _of_version(version: Version) -> list[str]:
    try:
        manifest = version.manifest
        found = version.damage()
    except RegistryError as error:
        return [f"{version.name}: {error}"]
    if (manifest.line, manifest.number) != (version.line, version.number):
        found.append(f"{version.name}: its version.json is that of {manifest.line}@{manifest.number}")
    return found


def _of_decisions(registry: Registry, folder: Path) -> Iterator[str]:
    """What is wrong with a line's decisions: a gap, a changed file, a version that is another now."""
    line, previous = folder.name, None
    for number, path in enumerate(files(folder), start=1):
        place = str(path.relative_to(registry.folder))
        if int(path.stem) != number:
            yield f"{place}: a decision before it is missing: number {number} should stand here"
            return
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            version, manifest, before = values["version"], values["manifest"], values["previous"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            yield f"{place}: is no decision ({type(error).__name__}: {error})"
            return
        if before != previous:
            yield f"{place}: the decision before it was changed since this one was taken"
        try:
            if registry.version(line, version).checksum != manifest:
                yield f"{place}: the version.json of {line}@{version} was changed since this decision"
        except (RegistryError, OSError):
            yield f"{place}: it is about {line}@{version}, which is not there"
        previous = sha256(path)

"""A version as a plain folder: what `save_pretrained` writes, with the card and the calibration beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

from workup.errors import RegistryError, SaveError
from workup.files import whole_folder
from workup.registry.version import CARD, DIAGNOSER, MODEL, Version


def export(version: Version, folder: str | Path) -> Path:
    """Copy a version's model to a folder that transformers, and every command of Workup, loads.

    Raises:
        RegistryError: the version is damaged, or the folder is there already.
        SaveError: it cannot be written; nothing is left then.
    """
    folder = Path(folder)
    if folder.exists():
        raise RegistryError(f"{folder} exists and nothing is written over; name another folder")
    version.require_usable()
    try:
        with whole_folder(folder) as partial:
            for name, path in plain_files(version).items():
                (partial / name).parent.mkdir(exist_ok=True)
                shutil.copyfile(version.folder / path, partial / name)
    except OSError as error:
        raise SaveError(f"{folder} cannot be written: {error}") from None
    return folder


def plain_files(version: Version) -> dict[str, str]:
    """The files of the plain folder, by their paths in it; each with its path in the version's folder."""
    inner = f"{MODEL}/"
    kept = [
        path for path in version.manifest.files if path.startswith((inner, f"{DIAGNOSER}/")) or path == CARD
    ]
    return {path.removeprefix(inner): path for path in kept}

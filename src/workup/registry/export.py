"""A version as a plain folder: what `save_pretrained` writes, with the card and the calibration beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

from workup.errors import SaveError
from workup.files import whole_folder
from workup.registry.errors import RegistryError
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
    model, diagnoser = version.folder / MODEL, version.folder / DIAGNOSER
    try:
        with whole_folder(folder) as partial:
            for path in model.iterdir():
                shutil.copyfile(path, partial / path.name)
            shutil.copytree(diagnoser, partial / diagnoser.name, copy_function=shutil.copyfile)
            shutil.copyfile(version.folder / CARD, partial / CARD)
    except OSError as error:
        raise SaveError(f"{folder} cannot be written: {error}") from None
    return folder

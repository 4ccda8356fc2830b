"""Which rows a version was trained on: by the fingerprints of their texts, so that no text is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workup.errors import RegistryError
from workup.registry.evidence import read_json
from workup.registry.fingerprints import fingerprint, form, texts_of

if TYPE_CHECKING:
    from workup.run import Run

TRAINED = "trained.json"


def trained_rows(run: Run) -> dict[str, str]:
    """What the weights of a run learned from, in the run that it went on from too.

    Returns:
        The id of each row, by the fingerprint of each of its texts.

    Raises:
        RunError, DataError: a run, or its data, is no longer there.
    """
    from workup.clinic.assess.fitted import taught

    return {
        fingerprint(text): example.id
        for example in taught(run)
        for text in texts_of(example.metadata, run.recipe)
        if form(text)
    }


def load(folder: Path) -> dict[str, str] | None:
    """The same of a version; None: it was published before this was kept.

    Raises:
        RegistryError: the file cannot be read.
    """
    path = folder / TRAINED
    if not path.is_file():
        return None
    try:
        return {text: str(row) for text, row in read_json(path).items()}
    except (OSError, ValueError, AttributeError) as error:
        raise RegistryError(f"{path} cannot be read ({error}); bring it back from a backup") from None

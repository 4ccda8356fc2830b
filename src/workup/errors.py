"""The errors a user meets. Each message says what was wrong, where, and what to do.

WorkupError
├── RecipeError     a recipe or a change to it cannot be read, or asks for the impossible
├── DataError       a data file, or a row of it, cannot be used
├── ModelError      a base model or its tokenizer cannot be loaded, or the two do not fit
├── RunError        a run folder is missing, unfinished, or in the way
├── SaveError       the disk refused what was to be written
├── RegistryError   a registry or a version is missing or damaged, or what is asked of it cannot be done
└── Interrupted     the user stopped a training; its last checkpoint is safe
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class WorkupError(Exception):
    """Base of every error that is the user's to mend; `exit_status` is what the command line returns."""

    exit_status = 2


class RecipeError(WorkupError):
    """A recipe or a change to it cannot be read, or asks for the impossible."""


class DataError(WorkupError):
    """A data file, or a row of it, cannot be used."""


class ModelError(WorkupError):
    """A base model or its tokenizer cannot be loaded, or the two do not fit each other."""


class RunError(WorkupError):
    """A run folder is missing, unfinished, or in the way."""


class SaveError(WorkupError):
    """The disk refused what was to be written."""


class RegistryError(WorkupError):
    """A registry, a line or a version is missing or damaged, or what is asked of it cannot be done."""


class Interrupted(WorkupError):
    """The user stopped a training; its last checkpoint is safe."""

    exit_status = 130


def nearest(name: str, valid: Iterable[str]) -> str:
    """The end of an error message: the likeliest valid name, or all of them when none is near."""
    names = [str(v) for v in valid]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"valid names are: {', '.join(names)}" if names else "there are none to choose from"

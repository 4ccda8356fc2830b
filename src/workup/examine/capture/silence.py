"""An examination within a script's process is not heard, and changes nothing of what the script will tell."""

from __future__ import annotations

import io
import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, cast


@contextmanager
def silence() -> Iterator[None]:
    """Within the block nothing is printed, logged or warned of."""
    before = logging.root.manager.disable
    with _unwarned(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        logging.disable(logging.CRITICAL)
        try:
            yield
        finally:
            logging.disable(before)


@contextmanager
def _unwarned() -> Iterator[None]:
    """What the script was warned of once, it is not warned of again because of what happens in the block.

    A module keeps which of its warnings were shown, and forgets it where the filters have changed since, as
    every `catch_warnings` changes them: those of libraries, and one that would stand here.
    """
    filters = cast("list[tuple[Any, ...]]", warnings.filters)
    everything = ("ignore", None, Warning, None, 0)
    filters.insert(0, everything)
    version = _filters_version()
    shown = [(kept, dict(kept)) for kept in _shown_warnings() if kept.get("version") == version]
    try:
        yield
    finally:
        version = _filters_version()
        for kept, before in shown:
            kept.clear()
            kept.update(before, version=version)
        filters.remove(everything)


def _shown_warnings() -> Iterator[dict[Any, Any]]:
    """What each module keeps of the warnings that were shown."""
    for module in list(sys.modules.values()):
        kept = getattr(module, "__dict__", {}).get("__warningregistry__")
        if isinstance(kept, dict):
            yield kept


def _filters_version() -> int:
    """A number that grows with each change of the filters; they have to ignore everything."""
    probe: dict[Any, int] = {}
    warnings.warn_explicit("", UserWarning, "", 0, registry=probe)
    return probe["version"]

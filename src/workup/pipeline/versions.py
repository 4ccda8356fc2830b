"""ENVIRONMENT: which versions of which packages are installed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as _read_version


def installed(packages: Iterable[str]) -> dict[str, str]:
    """The version of each of the packages; one that is not installed is left out."""
    found = {}
    for package in packages:
        try:
            found[package] = _version(package)
        except PackageNotFoundError:
            continue
    return found


@cache
def _version(package: str) -> str:
    """Of an installed package; it is read from files, and does not change while a process lives."""
    return _read_version(package)

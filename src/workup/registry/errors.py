"""The error of the registry, beside those of `workup.errors`."""

from __future__ import annotations

from workup.errors import WorkupError


class RegistryError(WorkupError):
    """A registry, a line or a version is missing or damaged, or what is asked of it cannot be done."""

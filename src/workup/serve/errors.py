"""The errors of the service, beside those of `workup.errors`."""

from __future__ import annotations

from workup.errors import WorkupError


class ServeError(WorkupError):
    """A setting, a key or a record of the service is wrong or missing."""


class Unavailable(ServeError):
    """Something that the service depends on does not answer now; asked again later, it may."""


def missing(what: str | None) -> ServeError:
    """The error where a package of the service is not installed."""
    return ServeError(f"the service needs {what}: pip install 'workup[service]'")

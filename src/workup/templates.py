"""Templates of HTML pages: what is put into one is escaped, and what is not given is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment


def environment(loader: str | BaseLoader) -> Environment:
    """The templates in the folder `templates` of a package, by its name, or those of a loader."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(loader) if isinstance(loader, str) else loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

"""The router: which version answers a case, and why that one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from workup.errors import RegistryError
from workup.registry.lines import GENERAL, checked
from workup.registry.registry import Registry
from workup.registry.version import Version


class Named(Protocol):
    """Whatever has the name of a version."""

    @property
    def name(self) -> str:
        """Such as general@3."""


Serving = TypeVar("Serving", bound=Named)


@dataclass(frozen=True)
class Route:
    """The version that answers, and the reason in a sentence."""

    version: Version
    why: str


def route(registry: Registry, specialty: str | None = None) -> Route:
    """The version that serves a specialty's line; where it has none, the general one.

    The decisions are read anew, so a promotion or a rollback holds for the next case.

    Args:
        specialty: of the case, by its own name or that of its line; None: not known.

    Raises:
        RegistryError: there is no such specialty, or neither line serves a version.
    """
    return Route(*choose(registry.serving, specialty))


def choose(serving: Callable[[str], Serving | None], specialty: str | None) -> tuple[Serving, str]:
    """What serves a specialty, and why: by what serves in a line, which is asked for by its name.

    Raises:
        RegistryError: see `route`.
    """
    line = GENERAL if specialty is None else checked(specialty)
    own = serving(line)
    if own is not None:
        why = "no specialty is named" if specialty is None else f"it serves {specialty}"
        return own, f"{own.name}: {why}"
    general = serving(GENERAL)
    if general is None:
        other = "" if line == GENERAL else f" nor in {line}"
        raise RegistryError(
            f"no version serves in {GENERAL}{other}; `workup models promote LINE` lets a candidate serve"
        )
    return general, f"{general.name}: {line} serves no version of its own"

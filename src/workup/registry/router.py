"""The router: which version answers a case, and why that one."""

from __future__ import annotations

from dataclasses import dataclass

from workup.registry.errors import RegistryError
from workup.registry.lines import GENERAL, checked
from workup.registry.registry import Registry
from workup.registry.version import Version


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
    line = GENERAL if specialty is None else checked(specialty)
    serving = registry.serving(line)
    if serving is not None:
        why = "no specialty is named" if specialty is None else f"it serves {specialty}"
        return Route(serving, f"{serving.name}: {why}")
    general = registry.serving(GENERAL)
    if general is None:
        other = "" if line == GENERAL else f" nor in {line}"
        raise RegistryError(
            f"no version serves in {GENERAL}{other}; `workup models promote LINE` lets a candidate serve"
        )
    return Route(general, f"{general.name}: {line} serves no version of its own")

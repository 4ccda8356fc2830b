"""The roles of callers, and the caller."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from workup.errors import nearest
from workup.serve.errors import ServeError


class Role(StrEnum):
    """What a caller may do. None implies another: an operator sees no case unless also a clinician."""

    VIEWER = "viewer"  # conditions, and which models there are, as every role may
    CLINICIAN = "clinician"  # has cases assessed and explained, and says what was wrong
    REVIEWER = "reviewer"  # reads what waits for review, and decides on it
    OPERATOR = "operator"  # models, switches, keys, drift, the audit


ALL = frozenset(Role)


@dataclass(frozen=True)
class Caller:
    """Who is asking.

    Attributes:
        name: of the key; "oidc:" and the subject of the token; or "cds:" and the issuer of the client. So no
            two are taken for each other. It stands in the audit, so it must not be a secret.
        via: how they showed who they are: an API key, a token of the OIDC issuer, a signed token of a CDS
            Hooks client, or a session of the page.
    """

    name: str
    roles: frozenset[Role]
    via: Literal["key", "oidc", "cds", "page"]

    def may(self, *roles: Role) -> bool:
        """Whether they have any of these roles."""
        return not self.roles.isdisjoint(roles)


def parse(names: Iterable[str]) -> frozenset[Role]:
    """Roles by their names.

    Raises:
        ServeError: there is no such role, or none is named.
    """
    roles = set()
    for name in names:
        try:
            roles.add(Role(name.strip().lower()))
        except ValueError:
            raise ServeError(f"there is no role {name!r}; {nearest(name, Role)}") from None
    if not roles:
        raise ServeError(f"name at least one role: {', '.join(Role)}")
    return frozenset(roles)


def join(roles: Iterable[Role]) -> str:
    """Roles as text, in the order of `Role`."""
    held = set(roles)
    return ",".join(role for role in Role if role in held)

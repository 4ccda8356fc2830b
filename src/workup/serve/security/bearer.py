"""Bearer tokens of an OpenID Connect issuer: who is asking, and which roles the issuer gave them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from jwt.exceptions import InvalidTokenError

from workup.serve.errors import ServeError
from workup.serve.security import jwks
from workup.serve.security.roles import Caller, Role
from workup.serve.settings import Settings

_LONGEST = 200  # characters of a subject; it stands in every line of the audit
_log = logging.getLogger(__name__)


class Bearer:
    """Checks tokens against the issuer of the settings; without one, no token is taken."""

    def __init__(self, settings: Settings) -> None:
        """Read the keys, where they are in a file.

        Raises:
            ServeError: that file is no key set, or its URL is not https.
        """
        self._settings = settings
        self._keys: jwks.KeySet | None = None
        if settings.oidc_jwks is not None:
            try:
                self._keys = jwks.keys_at(settings.oidc_jwks)
            except ServeError as error:
                raise ServeError(f"WORKUP_OIDC_JWKS: {error}") from None

    def check(self, token: str) -> Caller | None:
        """Who a token stands for; None: it does not hold. The caller may have no role at all.

        Raises:
            Unavailable: the issuer's keys cannot be had now.
        """
        issuer, audience = self._settings.oidc_issuer, self._settings.oidc_audience
        if self._keys is None or issuer is None or audience is None:
            return None
        try:
            found = jwks.claims(token, self._keys, issuer=issuer, audience=audience, required=("sub",))
        except InvalidTokenError as error:
            _log.warning("a bearer token was refused: %s", error)
            return None
        subject = str(found["sub"])
        if not subject or len(subject) > _LONGEST or not subject.isprintable():
            _log.warning("a bearer token was refused: its subject cannot be written down")
            return None
        return Caller(subject, _roles(found, self._settings.oidc_roles), "oidc")


def _roles(claims: Mapping[str, Any], place: str) -> frozenset[Role]:
    """The roles in a claim, a list or a text with spaces; what is no role of ours is passed over."""
    found: Any = claims.get(place)
    if found is None:
        found = claims
        for name in place.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
    names = found.split() if isinstance(found, str) else found if isinstance(found, list) else []
    return frozenset(role for role in Role if role.value in names)

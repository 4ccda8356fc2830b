"""Bearer tokens of an OpenID Connect issuer: who is asking, and which roles the issuer gave them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import jwt

from workup.serve.errors import ServeError
from workup.serve.problems import Problem
from workup.serve.security import jwks
from workup.serve.security.roles import Caller, Role
from workup.serve.settings import Settings

_LONGEST = 200  # characters of a subject; it stands in every line of the audit
# What a client can do about a token; never what it should have held, which is not everybody's to know.
_WHY: Mapping[type[jwt.PyJWTError], str] = {
    jwt.DecodeError: "is neither an API key nor a JSON Web Token",
    jwt.ExpiredSignatureError: "has expired; get a new one from its issuer",
    jwt.ImmatureSignatureError: "does not hold yet; check the clocks of its issuer and of this service",
    jwt.InvalidAudienceError: "is not for this service: its 'aud' is not WORKUP_OIDC_AUDIENCE",
    jwt.InvalidIssuerError: "comes from another issuer than WORKUP_OIDC_ISSUER",
    jwt.InvalidSignatureError: "is not signed with a key of the issuer",
    jwt.InvalidTokenError: "is not signed with a key of the issuer, for the algorithm that it names",
    jwt.InvalidAlgorithmError: "is not signed with a key of the issuer, for the algorithm that it names",
}


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

    def check(self, token: str) -> Caller:
        """Who a token stands for; the caller may have no role at all.

        Raises:
            Problem: 401, it does not hold, and why; or no token is taken.
            Unavailable: the issuer's keys cannot be had now.
        """
        issuer, audience = self._settings.oidc_issuer, self._settings.oidc_audience
        if self._keys is None or issuer is None or audience is None:
            told = (
                "this service takes no tokens of an issuer (WORKUP_OIDC_ISSUER is not set): send an API key"
            )
            raise refusal(told)
        try:
            found = jwks.claims(token, self._keys, issuer=issuer, audience=audience, required=("sub",))
        except jwt.MissingRequiredClaimError as error:
            _refuse(f"lacks {error.claim!r}; it needs iss, aud, exp and sub")
        except jwt.InvalidTokenError as error:
            _refuse(_WHY.get(type(error), "has a claim of the wrong form"))
        subject = str(found["sub"])
        if not 0 < len(subject) <= _LONGEST or not subject.isprintable():
            _refuse(f"has a 'sub' that is not 1 to {_LONGEST} characters that can be printed")
        return Caller(f"oidc:{subject}", _roles(found, self._settings.oidc_roles), "oidc")


def refusal(why: str) -> Problem:
    """401: who asks did not show who they are."""
    return Problem(401, why, headers={"WWW-Authenticate": "Bearer"})


def _refuse(why: str) -> NoReturn:
    raise refusal(f"the token {why}")


def _roles(claims: Mapping[str, Any], place: str) -> frozenset[Role]:
    """The roles in a claim, a list or a text with spaces; what is no role of ours is passed over."""
    found: Any = claims.get(place)
    if found is None:
        found = claims
        for name in place.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
    names = found.split() if isinstance(found, str) else found if isinstance(found, list) else []
    return frozenset(role for role in Role if role.value in names)

"""The trusted CDS Hooks clients, and the signed tokens by which they are known.

A client signs every request (https://cds-hooks.hl7.org/2.0/#trusting-cds-clients) with a key of its own; its
public keys are agreed on beforehand, so the header `jku` of a token is not followed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import jwt
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workup.serve.errors import ServeError
from workup.serve.problems import Problem
from workup.serve.security.jwks import KeySet, claims, keys_at
from workup.serve.store.tables import UsedToken

# Those that the specification recommends; both are asymmetric.
ALGORITHMS = ("ES384", "RS384")
# How long a token may hold: used ones are remembered that long, and a minute for clocks that differ.
LONGEST = timedelta(hours=1)
_MARGIN = timedelta(minutes=1)
_LONGEST_ID = 255  # characters of a jti
_WHY: Mapping[type[jwt.PyJWTError], str] = {
    jwt.ExpiredSignatureError: "has expired; sign a new one for each request, and check the clock",
    jwt.ImmatureSignatureError: "is from the future; check the clock of the client",
    jwt.InvalidSignatureError: "has a signature that the client's key does not verify",
    jwt.InvalidTokenError: "is signed with no key ('kid') that the client has for its algorithm",
}


@dataclass(frozen=True)
class Token:
    """A token that was checked: who signed it, its `jti`, and when it can be forgotten."""

    issuer: str
    jti: str
    expires: datetime


class TrustedClients:
    """The clients whose tokens are taken, by `iss`, each with its keys."""

    def __init__(self, keys: Mapping[str, KeySet]) -> None:
        self._keys = dict(keys)

    @classmethod
    def load(cls, path: Path | None) -> TrustedClients:
        """Read the file of trusted clients: `{"https://ehr.example.org": "ehr-keys.json"}`.

        Each `iss` has the file of its JWK Set (RFC 7517), relative to this file, or its https address. None:
        no client is trusted.

        Raises:
            ServeError: a file cannot be read or holds something else, or an address is not https.
        """
        if path is None:
            return cls({})
        try:
            named = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ServeError(f"{path} cannot be read: {error.strerror}") from None
        except ValueError as error:
            raise ServeError(f"{path} is not JSON: {error}") from None
        if not isinstance(named, dict) or not all(isinstance(where, str) for where in named.values()):
            raise ServeError(f'{path} must hold {{"ISSUER": "file or https address of its keys"}}')
        places = {
            issuer: where if "://" in where else str(path.parent / where) for issuer, where in named.items()
        }
        return cls({issuer: keys_at(where) for issuer, where in places.items()})

    def check(self, token: str, audience: Sequence[str]) -> Token:
        """Who signed a token for this service; whether it was used before is `use`'s to say.

        Args:
            audience: addresses of the service that is called; the token has to name one of them.

        Raises:
            Problem: 401, what is wrong with it.
            Unavailable: the keys of its client cannot be had now.
        """
        issuer = self._issuer(token)
        try:
            found = claims(
                token,
                self._keys[issuer],
                issuer=issuer,
                audience=audience,
                required=("iat", "jti"),
                algorithms=ALGORITHMS,
            )
        except jwt.MissingRequiredClaimError as error:
            _refuse(f"lacks {error.claim!r}; it needs iss, aud, exp, iat and jti")
        except jwt.InvalidAudienceError:
            _refuse(f"is not for this service: its 'aud' must be {audience[0]}")
        except jwt.InvalidTokenError as error:
            _refuse(_WHY.get(type(error), "has a claim of the wrong form"))
        return _token(issuer, found)

    def _issuer(self, token: str) -> str:
        """Which trusted client the token says it is from."""
        try:
            algorithm = str(jwt.get_unverified_header(token).get("alg"))
            issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        except jwt.PyJWTError:
            _refuse("is no JSON Web Token")
        if algorithm not in ALGORITHMS:
            _refuse(f"{_signed(algorithm)}; sign it with {' or '.join(ALGORITHMS)}")
        if not isinstance(issuer, str) or issuer not in self._keys:
            _refuse("comes from an issuer that is no trusted client; the operator names those that are")
        return issuer


def named(token: str) -> str:
    """The issuer that a token names, in quotes, for the log; nothing of the token was checked for it."""
    try:
        return repr(jwt.decode(token, options={"verify_signature": False}).get("iss"))[:_LONGEST_ID]
    except (jwt.PyJWTError, RecursionError):
        return "unknown"


def use(session: Session, token: Token) -> None:
    """Take note that a token was used; those that have expired are forgotten.

    Raises:
        Problem: 401, it was used before.
    """
    session.execute(delete(UsedToken).where(UsedToken.expires < datetime.now(UTC)))
    try:
        with session.begin_nested():
            session.add(UsedToken(issuer=token.issuer, jti=token.jti, expires=token.expires))
    except IntegrityError:
        _refuse("was used before; sign a new one, with a new 'jti', for each request")


def refusal(why: str) -> Problem:
    """401: the token, or that there is none."""
    return Problem(401, why, headers={"WWW-Authenticate": "Bearer"})


def _token(issuer: str, found: Mapping[str, Any]) -> Token:
    if int(found["exp"]) > (datetime.now(UTC) + LONGEST + _MARGIN).timestamp():
        _refuse(f"holds too long: 'exp' may be at most {LONGEST // timedelta(minutes=1)} minutes ahead")
    if not 0 < len(found["jti"]) <= _LONGEST_ID or not found["jti"].isprintable():
        _refuse(f"has a 'jti' that is not 1 to {_LONGEST_ID} characters long, all of which can be printed")
    return Token(issuer, found["jti"], datetime.fromtimestamp(int(found["exp"]), UTC) + _MARGIN)


def _signed(algorithm: str) -> str:
    if algorithm.lower() == "none":
        return "is not signed"
    if algorithm.startswith("HS"):
        return "is signed with a shared secret, which does not prove who signed it"
    return "is signed with another algorithm than those that are taken"


def _refuse(why: str) -> NoReturn:
    raise refusal(f"the token {why}")

"""The public keys of whoever signs tokens, from a URL or a file, and a token checked against them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from workup.serve.errors import ServeError, Unavailable, missing

try:
    import jwt
    from jwt import PyJWK, PyJWKClient, PyJWKSet
    from jwt.exceptions import InvalidTokenError, PyJWKClientConnectionError, PyJWKClientError, PyJWTError
except ImportError:
    raise missing("PyJWT") from None

# Signatures only: whoever can check a token with one of these cannot make one (RFC 8725, section 3.1).
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
)  # fmt: skip
_LEEWAY = 30  # seconds that two clocks may differ
# Seconds: for an answer, that keys are kept, and between two looks for a key that was not among them.
_TIMEOUT, _KEPT, _COOLDOWN = 5, 300, 10
_LOCAL = {"localhost", "127.0.0.1", "::1"}


class KeySet(Protocol):
    """The keys of one issuer."""

    def key(self, kid: str) -> PyJWK | None:
        """The key of that name; None: there is none.

        Raises:
            Unavailable: the keys cannot be had now.
        """


def keys_at(place: str) -> KeySet:
    """The keys at a URL or in a file, a JWK Set (RFC 7517). What changes there is noticed.

    Raises:
        ServeError: the file is no key set; or the URL is not https, so that anybody could put in a key.
    """
    if "://" not in place:
        return _File(Path(place))
    url = urlsplit(place)
    if url.scheme != "https" and not (url.scheme == "http" and url.hostname in _LOCAL):
        raise ServeError(f"keys must come over https, and {place} does not")
    return _Url(place)


def claims(
    token: str,
    keys: KeySet,
    *,
    issuer: str,
    audience: str | Collection[str],
    required: Collection[str],
    algorithms: Collection[str] = ALGORITHMS,
) -> Mapping[str, Any]:
    """What a token says, once its signature, issuer, audience and times hold.

    Args:
        required: claims that must be there, beside exp, iss and aud.

    Raises:
        jwt.InvalidTokenError: it does not hold; the message says why.
        Unavailable: the issuer's keys cannot be had now.
    """
    kid = jwt.get_unverified_header(token).get("kid")
    key = keys.key(kid) if isinstance(kid, str) else None
    if key is None or key.key_type == "oct":
        raise InvalidTokenError("it is signed with no key of the issuer")
    try:
        found: Mapping[str, Any] = jwt.decode(
            token,
            key.key,
            algorithms=list(algorithms),
            issuer=issuer,
            audience=audience if isinstance(audience, str) else list(audience),
            leeway=_LEEWAY,
            options={"require": ["exp", "iss", "aud", *required], "enforce_minimum_key_length": True},
        )
    except InvalidTokenError:
        raise
    except (PyJWTError, TypeError) as error:  # a key of another kind than the algorithm takes, or too short
        raise InvalidTokenError(str(error)) from None
    return found


class _Url:
    def __init__(self, url: str) -> None:
        self._url = url
        self._client = PyJWKClient(url, timeout=_TIMEOUT, lifespan=_KEPT, cooldown_duration=_COOLDOWN)

    def key(self, kid: str) -> PyJWK | None:
        try:
            self._client.get_jwk_set()  # kept; asked for by itself, so that what fails is not an unknown key
            return self._known(kid)
        except PyJWKClientConnectionError as error:
            raise Unavailable(f"the keys at {self._url} cannot be had: {error}") from None
        except (PyJWTError, ValueError) as error:
            raise Unavailable(f"what is at {self._url} is no JWK Set: {error}") from None

    def _known(self, kid: str) -> PyJWK | None:
        try:
            return self._client.get_signing_key(kid)
        except PyJWKClientConnectionError:
            raise
        except PyJWKClientError:
            return None


class _File:
    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._keys()
        except Unavailable as error:
            raise ServeError(str(error)) from None

    def key(self, kid: str) -> PyJWK | None:
        return next((key for key in self._keys() if key.key_id == kid), None)

    def _keys(self) -> tuple[PyJWK, ...]:
        try:
            return _read(self._path, self._path.stat().st_mtime_ns)
        except (OSError, ValueError, AttributeError, PyJWTError) as error:
            raise Unavailable(f"{self._path} is no JWK Set that can be read: {error}") from None


@lru_cache(maxsize=32)
def _read(path: Path, changed: int) -> tuple[PyJWK, ...]:
    return tuple(PyJWKSet.from_json(path.read_text(encoding="utf-8")).keys)

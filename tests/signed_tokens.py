"""Keys of an issuer, and tokens that it signs, made for a test."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER, AUDIENCE = "https://id.example.org", "workup"


def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP384R1())


def public(key: Any, kid: str) -> dict[str, Any]:
    """The public half, as a JSON Web Key."""
    algorithm: Callable[[Any], str] = (
        RSAAlgorithm.to_jwk if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm.to_jwk
    )
    return {**json.loads(algorithm(key.public_key())), "kid": kid, "use": "sig"}


def write(path: Path, *keys: dict[str, Any]) -> str:
    """A JWK Set in a file."""
    path.write_text(json.dumps({"keys": list(keys)}), encoding="utf-8")
    return str(path)


def signed(
    key: Any, kid: str | None = "1", algorithm: str = "RS256", headers: Any = None, **claims: Any
) -> str:
    """A token that holds, unless a claim is given otherwise; None: without it."""
    plain = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "exp": time.time() + 300, "roles": ["clinician"]}
    values = {name: value for name, value in {**plain, **claims}.items() if value is not None}
    return jwt.encode(values, key, algorithm, headers={**({"kid": kid} if kid else {}), **(headers or {})})

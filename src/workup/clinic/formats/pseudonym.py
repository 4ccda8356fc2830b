"""Stable stand-ins for patient references."""

from __future__ import annotations

from hashlib import blake2b


def pseudonym(reference: str) -> str:
    """Sixteen hexadecimal digits (8 bytes of BLAKE2) that stand for `reference` in every run.

    Rows of one patient keep one key, so that a split can hold them together. This is pseudonymous, not
    anonymous: whoever has the references can compute the stand-ins and compare.
    """
    return blake2b(reference.encode(), digest_size=8, person=b"workup").hexdigest()

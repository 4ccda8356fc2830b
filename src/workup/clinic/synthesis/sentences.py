"""Puts parts together into lists and sentences."""

from __future__ import annotations

import random
from collections.abc import Sequence


def joined(items: Sequence[str], rng: random.Random) -> str:
    """The items with commas and, mostly, an "and" before the last."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + rng.choice((" and ", ", and ", ", ")) + items[-1]


def sentences(parts: Sequence[str]) -> str:
    """Each part that holds something as a sentence."""
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts if part)

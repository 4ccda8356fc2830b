"""Numbers in a person's words. None says more than the number does."""

from __future__ import annotations

from datetime import UTC, datetime

from workup.evaluation.bands import WORDS

_TENTHS, _HUNDREDTHS = 10, 100


def frequency(share: float) -> str:
    """A probability or a share, 0 to 1, as a natural frequency: "about 8 in 10".

    People reason better with counts than with percentages (Gigerenzer and Hoffrage 1995).
    """
    if share > 0.99:
        return "more than 99 in 100"
    if share < 0.01:
        return "fewer than 1 in 100"
    tenths = round(share * _TENTHS)
    if 1 <= tenths <= 9 and abs(share - tenths / _TENTHS) <= 0.03:
        return f"about {tenths} in 10"
    return f"about {round(share * _HUNDREDTHS)} in 100"


def scale() -> list[tuple[str, float]]:
    """Every word for confidence, with the probability, 0 to 1, from which on it is used."""
    return list(WORDS.items())


def ago(moment: datetime) -> str:
    """How long ago something was: "12 minutes ago", and from two days on the date."""
    minutes = int((datetime.now(UTC) - moment).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    for size, name in ((60, "minute"), (24, "hour"), (2, "day")):
        if minutes < size:
            return f"{minutes} {name}{'' if minutes == 1 else 's'} ago"
        minutes //= size
    return f"on {moment:%Y-%m-%d}"

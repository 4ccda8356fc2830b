"""Measured values as clinicians write them: "67 mg/L", "92/58 mmHg", "50 to 4000 ng/L", "positive"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_PATTERN = re.compile(
    rf"^(?P<sign>[<>]=?)?\s*(?P<value>{_NUMBER})"
    rf"(?:\s+to\s+(?P<high>{_NUMBER})|\s*/\s*(?P<second>{_NUMBER})"
    rf"(?:\s+to\s+(?P<pressure>{_NUMBER})\s*/\s*{_NUMBER})?)?"
    r"(?:\s+(?P<unit>\S.*)|(?P<tight>[%°µA-Za-z].*))?$"
)


@dataclass(frozen=True)
class Quantity:
    """One measured value or range, kept beside the text it was read from.

    `value` and `high` bound a range ("50 to 4000 ng/L"); `second` is the diastolic half of a blood
    pressure, of the lower one where two bound a range ("78/44 to 94/58 mmHg"); `sign` is "<", ">", "<="
    or ">=". All are None for a result in words ("positive").
    """

    text: str
    value: float | None = None
    high: float | None = None
    second: float | None = None
    sign: str | None = None
    unit: str | None = None

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Read a quantity; text without a leading number is a result in words."""
        text = " ".join(text.split())
        match = _PATTERN.match(text)
        if match is None:
            return cls(text)
        high = match["high"] or match["pressure"]
        return cls(
            text,
            value=float(match["value"]),
            high=float(high) if high else None,
            second=float(match["second"]) if match["second"] else None,
            sign=match["sign"],
            unit=match["unit"] or match["tight"],
        )

    def __str__(self) -> str:
        return self.text

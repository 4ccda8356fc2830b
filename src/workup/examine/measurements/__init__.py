"""What can be measured from the parts of a subject: each a function that asks for other parts by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workup.examine.measurements import labels

MEASUREMENTS: dict[str, Callable[..., Any]] = {
    function.__name__: function for function in (*labels.MEASUREMENTS,)
}

"""The diagnoser: `Diagnoser` answers a case with an `Assessment`, or says why it does not.

Both are imported on first use: whoever asks only for `kept`, or for a type, does not pay for torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workup.clinic.assess.assessment import Assessment
    from workup.clinic.assess.diagnoser import Diagnoser

_HOMES = {"Assessment": "assessment", "Diagnoser": "diagnoser"}

__all__ = ["Assessment", "Diagnoser"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

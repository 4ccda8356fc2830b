"""The examination of a fine-tune: a `Subject` goes through the catalogue of checks and comes out as a Report.

A check asks for parts of the subject, or for what is measured from them (`measurements`), by parameter name
(`parts`); the runner makes every check that can be made, each in a session after which nothing is changed
(`session`). `finding` and `check` say what a check is and what it says.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workup.examine.report import Report


class _Examine(ModuleType):
    """A module that can be called: `workup.examine` is this room once anything of it is imported.

    `workup.examine(trainer)` and `from workup import examine` mean the function of that name all the same.
    """

    def __call__(self, trainer: Any = None, **parts: Any) -> Report:
        """As `workup.examine.api.examine`."""
        from workup.examine.api import examine

        return examine(trainer, **parts)


sys.modules[__name__].__class__ = _Examine

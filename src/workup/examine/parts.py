"""Gives checks the parts they ask for: those of the Subject, and what can be measured from them, once."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from workup.examine.subject import MEANINGS, Subject


class Missing(Exception):
    """A part is not at hand; `name` is the part of the Subject that would bring it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"needs {MEANINGS[name]} ({name})")
        self.name = name


class UnknownPart(Exception):
    """A check or a measurement asks for something that does not exist: a fault of ours."""


class Unmeasurable(Exception):
    """A measurement failed with an error of the parts themselves."""


class Parts:
    """The parts of a subject by name; a measurement is taken at the first request and kept.

    Args:
        measurements: functions that ask for other parts by parameter name, as checks do. A parameter
            with a default may be missing.
    """

    def __init__(self, subject: Subject, measurements: Mapping[str, Callable[..., Any]]) -> None:
        self.subject, self.measurements = subject, measurements
        self._kept: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        """A part.

        Raises:
            Missing: it is not at hand, or what it is measured from is not.
            Unmeasurable: measuring it failed.
            UnknownPart: nobody knows such a part.
        """
        if name not in self._kept:
            self._kept[name] = self._find(name)
        kept = self._kept[name]
        if isinstance(kept, (Missing, Unmeasurable)):
            raise kept
        return kept

    def arguments_of(self, function: Callable[..., Any]) -> dict[str, Any]:
        """The parts that a function asks for.

        Raises:
            Missing, Unmeasurable: one without a default cannot be given.
        """
        given = {}
        for name, parameter in inspect.signature(function).parameters.items():
            try:
                given[name] = self.get(name)
            except (Missing, Unmeasurable):
                if parameter.default is parameter.empty:
                    raise
        return given

    def _find(self, name: str) -> Any:
        """The part, or the reason why there is none."""
        if name in MEANINGS:
            value = getattr(self.subject, name)
            return Missing(name) if value is None else value
        if name not in self.measurements:
            raise UnknownPart(f"no part and no measurement is called {name!r}")
        measure = self.measurements[name]
        try:
            return measure(**self.arguments_of(measure))
        except (Missing, Unmeasurable) as reason:
            return reason
        except UnknownPart:
            raise
        except Exception as error:
            return Unmeasurable(f"{name} could not be measured: {type(error).__name__}: {error}")

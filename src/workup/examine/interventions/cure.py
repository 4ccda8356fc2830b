"""A remedy as an experiment can apply it: alone, and to copies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workup.examine.experiment.setup import Setup


@dataclass(frozen=True)
class Cure:
    """One change.

    Attributes:
        what: reads after "apply": "34 new tokens instead of 20".
        after: the setup with the change.
        before: the setup without it, where that has to be told apart from how the user's was seen.
        as_it_is: the side without the change is the user's own training, which is not repeated.
        flattered: the fault makes the score better than true: the remedy is proved where the answers fall.
    """

    what: str
    after: Setup
    before: Setup | None = None
    as_it_is: bool = False
    flattered: bool = False


@dataclass(frozen=True)
class Intervention:
    """How the remedy for the fault of a check is tried.

    Attributes:
        codes: of the check, and of others and of crashes that name the same fault.
        trains: whether both sides have to be trained; otherwise they only answer.
        function: asks for parts by name, as checks do, and for `setup`, `finding` and `crash` (the finding of
            what ended the script, if that follows from the fault, or None); it returns None where there is
            nothing that could be tried.
    """

    codes: tuple[str, ...]
    trains: bool
    function: Callable[..., Cure | None]

    @property
    def says(self) -> str:
        """What is done, in one line: the test that tells this cause from another."""
        return (self.function.__doc__ or "").strip().partition("\n")[0].rstrip(".")


def intervention(*codes: str, trains: bool = False) -> Callable[[Callable[..., Any]], Intervention]:
    """Make an intervention of a function; the first line of its docstring says what is done."""
    return lambda function: Intervention(codes, trains, function)

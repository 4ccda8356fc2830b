"""A check: a plain function that asks for parts of a fine-tune by parameter name and returns findings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from workup.errors import nearest
from workup.examine.finding import Finding, Stage

# The headings of a check's docstring, which is its documentation page.
HEADINGS = (
    "What it checks",
    "Why it matters",
    "Evidence",
    "Example",
    "Remedy",
    "When it is harmless",
    "Known limits",
    "Sources",
)
Found = Finding | Iterable[Finding] | None


@dataclass(frozen=True)
class Check:
    """One fault that is looked for.

    Attributes:
        code: such as "BAT003".
        name: reads after "allow": "pads-in-labels".
        after: codes of checks whose finding makes this one pointless, because it has the same cause.
        explains: codes of checks of the output. Where one of them finds an error, a warning of this check has
            done harm, and is an error.
    """

    code: str
    name: str
    stage: Stage
    function: Callable[..., Found]
    after: tuple[str, ...]
    explains: tuple[str, ...] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The parts it asks for."""
        return tuple(inspect.signature(self.function).parameters)

    @property
    def page(self) -> str:
        """Its documentation."""
        return inspect.cleandoc(self.function.__doc__ or "")

    @property
    def summary(self) -> str:
        """The first line of its documentation."""
        return self.page.partition("\n")[0]

    def sections(self) -> dict[str, str]:
        """The documentation by heading."""
        parts = re.split(rf"^({'|'.join(HEADINGS)})\n", self.page, flags=re.MULTILINE)
        return {heading: text.strip() for heading, text in zip(parts[1::2], parts[2::2], strict=True)}

    def __call__(self, **parts: Any) -> tuple[Finding, ...]:
        """The findings on the given parts, without a runner: for tests and for users."""
        found = self.function(**parts)
        if found is None:
            return ()
        return (found,) if isinstance(found, Finding) else tuple(found)


def check(
    code: str, stage: Stage, *, after: Iterable[str] = (), explains: Iterable[str] = ()
) -> Callable[[Callable[..., Found]], Check]:
    """Make a check of a function; its name, with hyphens, is the check's."""

    def decorate(function: Callable[..., Found]) -> Check:
        name = function.__name__.replace("_", "-")
        return Check(code, name, stage, function, tuple(after), tuple(explains))

    return decorate


def by_code(checks: Iterable[Check], code: str) -> Check:
    """The check of a code or a name.

    Raises:
        KeyError: there is none; the message names the nearest.
    """
    known = {key: one for one in checks for key in (one.code, one.name)}
    found = known.get(code.upper()) or known.get(code)
    if found is None:
        raise KeyError(f"there is no check {code!r}; {nearest(code.upper(), known)}")
    return found

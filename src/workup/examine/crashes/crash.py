"""A Crash: one misleading error of the libraries, what it means, and how it is told from its look-alikes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from textwrap import fill
from typing import Any

from workup.examine.crashes.scene import Scene
from workup.examine.finding import Finding, Remedy, Severity, Stage

HEADINGS = ("The error", "Why it happens", "Remedy", "Sources")
_WIDTH = 104


@dataclass(frozen=True)
class Told:
    """What is known of this very crash.

    Attributes:
        cause: one sentence with the actual names and numbers, without a full stop.
        remedy: the one for the installed version; None: that of the Crash.
        evidence: measurements by name.
    """

    cause: str
    remedy: Remedy | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Crash:
    """An error of a library that says something else than its cause.

    Attributes:
        code: such as "CRA003".
        name: what went wrong, with hyphens.
        errors: names of exception types; a subclass will do.
        pattern: a regular expression that is searched in the message.
        shown: messages as users see them, one for each wording; documentation, and a test of the pattern.
        summary: the cause in general, one sentence with a full stop.
        why: how the error comes about.
        remedy: what to do where nothing more is known.
        sources: where it is discussed or documented.
        anywhere: the error may come out of the user's own line too, because the message cannot be another's;
            otherwise it must have been raised inside a library.
        tell: looks closer; None where it sees that the cause is another one.
    """

    code: str
    name: str
    stage: Stage
    errors: tuple[str, ...]
    pattern: str
    shown: tuple[str, ...]
    summary: str
    why: str
    remedy: Remedy
    sources: tuple[str, ...]
    anywhere: bool = False
    tell: Callable[[Scene], Told | None] | None = None

    def explain(self, scene: Scene) -> Finding | None:
        """The finding, if this is the crash."""
        if not any(base.__name__ in self.errors for base in type(scene.error).__mro__):
            return None
        match = re.search(self.pattern, scene.message, re.DOTALL)
        if match is None or not (self.anywhere or scene.in_library):
            return None
        told = self.tell(scene.matched(match)) if self.tell else Told(self.cause)
        if told is None:
            return None
        return Finding(
            Severity.ERROR,
            told.cause,
            told.remedy or self.remedy,
            {"error": scene.headline, **told.evidence},
            place=scene.place,
            code=self.code,
            stage=self.stage,
        )

    @property
    def cause(self) -> str:
        """The summary as a finding words it."""
        return self.summary[0].lower() + self.summary[1:].rstrip(".")

    @property
    def page(self) -> str:
        """Its documentation, under HEADINGS as that of a check is under its own."""
        remedy = fill(f"{self.remedy.text[:1].upper()}{self.remedy.text[1:]}.", _WIDTH)
        texts = (
            "\n".join(f"{self.errors[0]}: {line}" for line in self.shown),
            fill(self.why, _WIDTH),
            f"{remedy}\n    {self.remedy.code}" if self.remedy.code else remedy,
            ",\n".join(self.sources),
        )
        parts = (f"{heading}\n{text}" for heading, text in zip(HEADINGS, texts, strict=True))
        return "\n\n".join([self.summary, *parts])

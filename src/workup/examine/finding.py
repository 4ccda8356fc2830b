"""What an examination says: findings with their evidence and remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal, get_args

Stage = Literal[
    "environment", "input", "tokenization", "batching", "model", "training", "generation", "output"
]
STAGES: tuple[Stage, ...] = get_args(Stage)


class Severity(IntEnum):
    """How bad a finding is; the largest is the verdict of a report."""

    NOTE = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True)
class Remedy:
    """What to do, in a sentence; where it can be stated, the change itself.

    Attributes:
        change: recipe values by dotted path.
        code: a line of Python for a script.
    """

    text: str
    change: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""


@dataclass(frozen=True)
class Finding:
    """One fault, with what was measured.

    Attributes:
        summary: one sentence with numbers in it.
        evidence: measurements by name; plain values.
        harm: what the fault was measured to do to the result; empty where nobody measured.
        place: "file:line", where there is one.
        code, stage: of the check that found it; the runner fills them in.
    """

    severity: Severity
    summary: str
    remedy: Remedy
    evidence: Mapping[str, Any] = field(default_factory=dict)
    harm: str = ""
    place: str = ""
    code: str = ""
    stage: Stage = "environment"

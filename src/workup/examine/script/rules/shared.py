"""How rules say what they found."""

from __future__ import annotations

import ast
from typing import Any

from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.script.facts import Facts

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


def found(
    facts: Facts,
    node: ast.AST,
    severity: Severity,
    summary: str,
    remedy: str,
    code: str = "",
    **evidence: Any,
) -> Finding:
    """A finding at a node of the script."""
    return Finding(severity, summary, Remedy(remedy, code=code), evidence, place=facts.place(node))

"""A trace for programs."""

from __future__ import annotations

import math
from typing import Any

from workup.examine.trace.trace import Cell, Step, Strip, Trace


def to_json(trace: Trace) -> dict[str, Any]:
    """The trace as plain values: `first_departure` (a stage, or null) and `steps`."""
    first = trace.first_departure
    return {
        "first_departure": first.stage if first else None,
        "conclusion": trace.conclusion,
        "steps": [_step(step) for step in trace.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "stage": step.stage,
        "state": step.state,
        "facts": dict(step.facts),
        "strips": {strip.name: _strip(strip) for strip in step.strips},
        "departures": [
            {"promise": c.promise, "departure": c.departure, "strip": c.strip, "positions": list(c.positions)}
            for c in step.departures
        ],
        "kept": [contract.promise for contract in step.contracts if not contract.departure],
        "not_checked": list(step.unchecked),
    }


def _strip(strip: Strip) -> dict[str, Any]:
    return {
        "title": strip.title,
        "lines": [{"name": line.name, "cells": [_cell(cell) for cell in line.cells]} for line in strip.lines],
    }


def _cell(cell: Cell) -> str | float | None:
    """The number itself; NaN and infinity, which JSON cannot hold, as text."""
    if cell.value is not None and math.isfinite(cell.value):
        return cell.value
    return cell.text or None

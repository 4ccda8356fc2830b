"""Follows one example through every stage and marks where it leaves what was agreed."""

from workup.examine.trace.follow import trace_example, trace_recipe, trace_run
from workup.examine.trace.trace import Cell, Contract, Line, Step, Strip, Trace

__all__ = [
    "Cell",
    "Contract",
    "Line",
    "Step",
    "Strip",
    "Trace",
    "trace_example",
    "trace_recipe",
    "trace_run",
]

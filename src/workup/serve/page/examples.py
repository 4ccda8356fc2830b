"""Invented patients to try the page with; none of them stands in the case book."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """A case and what it is called on the page."""

    name: str
    text: str


EXAMPLES = (
    Example(
        "Cough, fever and pain on breathing in",
        "58-year-old man with a productive cough, fever of 39.2 °C, pleuritic chest pain and crackles at the "
        "right base for three days. No leg swelling.",
    ),
    Example(
        "Crushing chest pain, low blood pressure",
        "62-year-old man, crushing chest pain radiating to the left arm for 40 minutes, sweating and nausea. "
        "Blood pressure 85/50 mmHg, heart rate 118 per minute.",
    ),
    Example(
        "A list of findings",
        "sudden severe headache, neck stiffness, photophobia, vomiting, no fever, no rash",
    ),
    Example("Hardly anything to go by", "Tired for some weeks, some weight loss, now and then a headache."),
    Example(
        "Values that cannot be",
        "42-year-old woman with fever and cough. Temperature 73 °C, blood pressure 80/120 mmHg.",
    ),
)

"""Red flags, negation and plausibility: rules that look at a case and do not ask the model."""

from workup.clinic.safety.animals import animal
from workup.clinic.safety.doubts import Doubt, doubts
from workup.clinic.safety.read import read, read_case
from workup.clinic.safety.reading import Age, Mention, Reading, Value, Words
from workup.clinic.safety.rules import RedFlag, Rule, red_flags, rules

__all__ = [
    "Age",
    "Doubt",
    "Mention",
    "Reading",
    "RedFlag",
    "Rule",
    "Value",
    "Words",
    "animal",
    "doubts",
    "read",
    "read_case",
    "red_flags",
    "rules",
]

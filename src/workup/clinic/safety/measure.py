"""How many emergencies raise a red flag, and how many other cases do: under-triage and over-triage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from workup.clinic.book import Case, Condition, Urgency
from workup.clinic.safety.read import read, read_case
from workup.clinic.safety.reading import Reading
from workup.clinic.safety.rules import red_flags
from workup.evaluation.metrics import Proportion


@dataclass
class Triage:
    """Cases and those with an emergency flag, by urgency; the emergencies without one."""

    cases: Counter[Urgency] = field(default_factory=Counter)
    flagged: Counter[Urgency] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    def add(self, id: str, urgency: Urgency, reading: Reading) -> None:
        """Count one case."""
        fired = any(flag.level == "emergency" for flag in red_flags(reading))
        self.cases[urgency] += 1
        self.flagged[urgency] += fired
        if urgency == "emergency" and not fired:
            self.missed.append(id)

    def share(self, urgency: Urgency) -> Proportion:
        """Of the cases of this urgency, those with an emergency flag."""
        return Proportion(self.flagged[urgency], self.cases[urgency])


def triage(cases: Iterable[tuple[Condition, Case]], structured: bool) -> Triage:
    """Read every case, as free text or in its structured form, and count."""
    result = Triage()
    for condition, case in cases:
        reading = read_case(case) if structured else read(case.text)
        result.add(case.id, case.urgency or condition.urgency, reading)
    return result

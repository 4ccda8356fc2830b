"""Chooses a surface form for each finding and each measured value of one case."""

from __future__ import annotations

import random
from collections.abc import Sequence

from workup.clinic.analytes import analytes
from workup.clinic.lexicon import findings
from workup.clinic.quantity import Quantity
from workup.data.check import mentions

# How often a clinician writes the canonical name itself, and a value with its unit.
_CANONICAL, _WITH_UNIT = 0.4, 0.6


class Wording:
    """The forms one teller uses; none of them says a name of the diagnosis."""

    def __init__(self, forbidden: Sequence[str], rng: random.Random) -> None:
        self._forbidden, self._rng = forbidden, rng

    def clinical(self, name: str) -> str:
        """A clinician's word for a finding."""
        entry = findings()[name]
        others = self._allowed((*entry.clinical, *entry.spelling))
        if not others or (self._rng.random() < _CANONICAL and self._allowed((name,))):
            return name
        return self._rng.choice(others)

    def lay(self, name: str) -> str | None:
        """What a patient says of a finding, in the first person; None where patients have no word for it."""
        forms = self._allowed(findings()[name].lay)
        return self._rng.choice(forms) if forms else None

    def lay_absent(self, name: str) -> str | None:
        """What a patient says who does not have it; None where nobody would say so."""
        forms = self._allowed(findings()[name].lay_absent)
        return self._rng.choice(forms) if forms else None

    def measured(self, name: str, value: str, separator: str = " ") -> str:
        """A clinician's "CRP 67" or "CRP: 67 mg/L"."""
        entry = analytes()[name]
        said = self._rng.choice((name, *self._allowed(entry.short)))
        quantity = Quantity.parse(value)
        if quantity.value is not None and quantity.unit and self._rng.random() > _WITH_UNIT:
            value = value.removesuffix(quantity.unit).strip()
        return f"{said}{separator}{value}"

    def lay_measured(self, name: str, value: str) -> str | None:
        """A patient's "my blood sugar was 310"; None where patients do not speak of it."""
        names = analytes()[name].lay
        if not names:
            return None
        quantity = Quantity.parse(value)
        number = value.removesuffix(quantity.unit or "").strip() if quantity.value is not None else value
        said = self._rng.choice(names)
        verb = self._rng.choice(("were" if said.endswith("s") else "was", "came back as"))
        return f"{said if said.startswith('the ') else f'my {said}'} {verb} {number}"

    def _allowed(self, forms: Sequence[str]) -> list[str]:
        return [form for form in forms if not any(mentions(form, name) for name in self._forbidden)]

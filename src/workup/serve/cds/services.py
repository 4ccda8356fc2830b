"""The CDS services there are, as their clients discover them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# What each request has to bring, and what it may, as FHIR queries of the client.
NEEDED = {
    "patient": "Patient/{{context.patientId}}",
    "conditions": "Condition?patient={{context.patientId}}",
    "observations": "Observation?patient={{context.patientId}}&_sort=-date&_count=100",
}
WELCOME = {
    "reports": "DiagnosticReport?patient={{context.patientId}}&_sort=-date&_count=20",
    "encounter": "Encounter/{{context.encounterId}}",
}


@dataclass(frozen=True)
class CdsService:
    """One service: the hook that it answers, and what it says of itself.

    Attributes:
        context: fields that the context of this hook has to have, besides those of every hook.
    """

    id: str
    hook: str
    title: str
    description: str
    context: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As the discovery tells it; https://cds-hooks.hl7.org/2.0/#response."""
        return {
            "hook": self.hook,
            "title": self.title,
            "description": self.description,
            "id": self.id,
            "prefetch": {**NEEDED, **WELCOME},
        }


_WHAT = (
    "Reads the findings of the record and proposes what to consider, with calibrated probabilities and red "
    "flags; says nothing where it is not sure enough. Research software, not a medical device."
)
SERVICES: Mapping[str, CdsService] = {
    one.id: one
    for one in (
        CdsService(
            "differential-patient-view",
            "patient-view",
            "Differential diagnosis",
            f"When a record is opened. {_WHAT}",
        ),
        CdsService(
            "differential-order-select",
            "order-select",
            "Differential diagnosis before an order",
            f"When an order is chosen: also which findings would tell the first two apart. {_WHAT}",
            context=("selections", "draftOrders"),
        ),
    )
}

"""An answer without a diagnosis, where no model may be asked or none answers: what rules find in the text."""

from __future__ import annotations

from collections.abc import Mapping

from workup.clinic.assess.assessment import Assessment, Model
from workup.clinic.assess.diagnoser import NOTICE
from workup.clinic.assess.saying import flags
from workup.clinic.safety import doubts, read
from workup.pipeline.versions import installed
from workup.serve.engine.models import Held


def withheld(given: str | Mapping[str, str], why: str, held: Held | None) -> Assessment:
    """Red flags, what has to be asked back, and the statement of intended use; nothing of any model.

    Args:
        given: the case, without identifiers.
        held: the model that would have answered; None: there is none.
    """
    reading = read(given if isinstance(given, str) else " ".join(given.values()))
    return Assessment(
        text=reading.text,
        abstained="stopped",
        why=why,
        differential=(),
        coverage=0.0,
        confidence=None,
        written="",
        agrees=False,
        supporting=(),
        opposing=(),
        questions=(),
        red_flags=flags(reading),
        cannot_miss=(),
        doubts=tuple(map(str, doubts(reading))),
        model=_model(held),
        notice=held.diagnoser.notice if held else NOTICE,
    )


def _model(held: Held | None) -> Model:
    return Model(
        name=held.name if held else "",
        checksum=held.diagnoser.known.checksum if held else "",
        data=held.diagnoser.known.data if held else "",
        calibrated_on="",
        workup=installed(("workup",))["workup"],
    )

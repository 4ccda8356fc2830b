"""Answers and records as the desk and the Bundle reader give them, for what is made of them."""

from dataclasses import replace
from datetime import UTC, date, datetime

from workup.clinic.assess.assessment import (
    Assessment,
    Candidate,
    Confidence,
    Flag,
    Model,
    Question,
    Reason,
)
from workup.serve.desk import Answer
from workup.serve.fhir.record import Record
from workup.serve.store.tables import Event

GOUT = Candidate("Gout", 0.8213, True, "M10.9", "Rheumatology", "urgent")
PSEUDOGOUT = Candidate(
    "Calcium Pyrophosphate Deposition Disease", 0.1104, True, "M11.20", "Rheumatology", "routine"
)
SEPTIC = Candidate("Septic Arthritis", 0.0302, False, "M00.9", "Rheumatology", "emergency")
FLAG = Flag(
    "hot-joint",
    "Hot swollen joint with fever",
    "emergency",
    "Aspirate the joint before antibiotics.",
    ("red, hot toe", "fever"),
)
ASSESSMENT = Assessment(
    text="M 61, woke at night with the left big toe red and hot.",
    abstained=None,
    why="",
    differential=(GOUT, PSEUDOGOUT, SEPTIC),
    coverage=0.9,
    confidence=Confidence(0.8213, "very likely", 41, 50),
    written="Gout",
    agrees=True,
    supporting=(Reason("left big toe", 28, 40, 1.2),),
    opposing=(),
    questions=(Question("crystals in the joint fluid", 0.9, 0.2, "Gout"),),
    red_flags=(FLAG,),
    cannot_miss=(SEPTIC,),
    doubts=(),
    model=Model("diagnoser", "ab12", "clinic", "clinic", "0.1.0"),
    notice="Research software, not a medical device.",
)
UNSURE = replace(ASSESSMENT, abstained="unsure", why="The likeliest has 40%.", confidence=None)
OUTSIDE = replace(
    ASSESSMENT,
    abstained="out of scope",
    why="It does not look like a case.",
    differential=(),
    confidence=None,
    supporting=(),
    questions=(),
    red_flags=(),
    cannot_miss=(),
)
RECORD = Record(
    text=ASSESSMENT.text,
    subject="Patient/p7",
    encounter="Encounter/e1",
    basis=("Condition/c1", "Observation/o1"),
    remarks=("Left out, because dated in the future: 1 resource.",),
    since=date(2026, 11, 23),
)


def answer(assessment: Assessment = ASSESSMENT, stopped: str | None = None) -> Answer:
    """What the desk says."""
    return Answer(
        request="req-1",
        event=7,
        assessment=assessment,
        version="general@3",
        checksum="ab12",
        why="the current version",
        stopped=stopped,
        received=datetime(2026, 11, 30, 8, 15, tzinfo=UTC),
    )


def event() -> Event:
    """The audit's event of that answer."""
    return Event(
        id=7,
        at="2026-11-30T08:15:00.000000+00:00",
        action="assess",
        caller="ehr",
        request="req-1",
        version="general@3",
        checksum="ab12",
        details="{}",
        previous="0" * 64,
        hash="f" * 64,
    )

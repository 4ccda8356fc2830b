"""An answer as RiskAssessment and ClinicalImpression: preliminary both, and neither a confirmed Condition."""

from __future__ import annotations

from collections.abc import Iterator

from workup.clinic.assess.assessment import Assessment, Candidate
from workup.clinic.assess.terminal import percent
from workup.serve.desk import Answer
from workup.serve.fhir.elements import Element, coded, filled, instant, reference
from workup.serve.fhir.record import Record

# https://terminology.hl7.org/icd.html; the case book's codes are those of ICD-10-CM.
ICD10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
_UNCONFIRMED = "Nothing here is confirmed: a clinician has to judge it before anything is done."
_METHOD = (
    "A fine-tuned encoder-decoder language model scores every condition that it knows; the probabilities are "
    "calibrated on cases written by hand, and sum to 100 over those conditions."
)


def risk_assessment(answer: Answer, record: Record, software: str) -> Element | None:
    """The probabilities of the differential; None where there is no differential.

    FHIR R4, https://hl7.org/fhir/R4/riskassessment.html. `probabilityDecimal` is in percent, 0 to 100, as the
    definition of RiskAssessment.prediction.probability[x] has it ("expressed as percentages"); `rationale`
    says the same number in words.

    Args:
        software: the reference of the Device that answered.
    """
    one = answer.assessment
    if answer.stopped or not one.differential:
        return None
    return filled(
        resourceType="RiskAssessment",
        status="preliminary",
        method={"text": _METHOD},
        code={"text": "Differential diagnosis"},
        subject=reference(record.subject),
        encounter=reference(record.encounter),
        occurrenceDateTime=instant(answer.received),
        performer=reference(software),
        basis=[reference(source) for source in record.basis],
        prediction=[_prediction(one, candidate) for candidate in one.differential],
        mitigation=" ".join([*_advice(one), _UNCONFIRMED]),
        note=[{"text": text} for text in (*_abstention(answer), *record.remarks, one.notice)],
    )


def clinical_impression(answer: Answer, record: Record, risk: str | None) -> Element:
    """What is to be considered, as an assessment that is still in progress.

    FHIR R4, https://hl7.org/fhir/R4/clinicalimpression.html. There are findings only where there is a
    diagnosis; red flags and what has to be asked back are notes, and stand there without one too. The
    assessor is left out: it must be a person, and none has looked at it.

    Args:
        risk: the reference of the RiskAssessment, where there is one.
    """
    one = answer.assessment
    return filled(
        resourceType="ClinicalImpression",
        status="in-progress",
        statusReason={"text": "Proposed by research software; not seen by a clinician."},
        description="What research software makes of the record.",
        subject=reference(record.subject),
        encounter=reference(record.encounter),
        effectiveDateTime=instant(answer.received),
        date=instant(answer.received),
        summary=_summary(answer),
        finding=[] if answer.stopped else [_finding(one, candidate) for candidate in considered(one)],
        supportingInfo=[{"reference": risk}] if risk else [],
        note=[{"text": text} for text in (*_notes(answer), *record.remarks, one.notice)],
    )


def considered(one: Assessment) -> tuple[Candidate, ...]:
    """The first diagnosis and the others of its set; empty where the model abstains."""
    if one.diagnosis is None:
        return ()
    return (one.diagnosis, *(other for other in one.set if other is not one.diagnosis))


def concept(candidate: Candidate) -> Element:
    """A condition by its ICD-10-CM code; by name alone where the case book does not have it."""
    if candidate.icd10 is None:
        return {"text": candidate.name}
    return coded(ICD10_CM, candidate.icd10, candidate.name)


def _prediction(one: Assessment, candidate: Candidate) -> Element:
    sure = one.confidence if candidate is one.diagnosis else None
    told = f"{percent(candidate.probability)} among the conditions that the model knows"
    if sure and sure.cases:
        told += f"; of the validation cases called {sure.word!r}, {sure.right} of {sure.cases} were right"
    return filled(
        outcome=concept(candidate),
        probabilityDecimal=round(100 * candidate.probability, 2),
        qualitativeRisk={"text": sure.word} if sure else None,
        rationale=f"{told}.",
    )


def _finding(one: Assessment, candidate: Candidate) -> Element:
    basis = f"To be considered, not confirmed: {percent(candidate.probability)}."
    if candidate is one.diagnosis:
        basis = " ".join(filter(None, [basis, _reasons("For it", one, 1), _reasons("Against it", one, -1)]))
    return {"itemCodeableConcept": concept(candidate), "basis": basis}


def _reasons(title: str, one: Assessment, sign: int) -> str:
    words = [f'"{reason.words}"' for reason in (one.supporting if sign > 0 else one.opposing)]
    return f"{title}: {', '.join(words)}." if words else ""


def _summary(answer: Answer) -> str:
    if no := next(_abstention(answer), None):
        return no
    named = ", ".join(f"{one.name} ({percent(one.probability)})" for one in considered(answer.assessment))
    return f"To be considered: {named}. {_UNCONFIRMED}"


def _abstention(answer: Answer) -> Iterator[str]:
    if answer.stopped:
        yield f"No diagnosis: {answer.stopped}"
    elif answer.assessment.abstained:
        yield f"No diagnosis ({answer.assessment.abstained}): {answer.assessment.why}"


def _advice(one: Assessment) -> Iterator[str]:
    for flag in one.red_flags:
        yield f"{flag.level.capitalize()}: {flag.title}. {flag.advice}"


def _notes(answer: Answer) -> Iterator[str]:
    one = answer.assessment
    yield from _advice(one)
    yield from (f"To be cleared up: {doubt}" for doubt in one.doubts)
    if not answer.stopped:
        for other in one.cannot_miss:
            yield f"Not to be missed: {other.name} ({percent(other.probability)})."
        for question in one.questions:
            yield f"Not told: {question.finding}. It would speak for {question.speaks_for}."

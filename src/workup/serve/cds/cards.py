"""An answer as cards: nothing where there is nothing to say, and never more urgent than a warning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from workup.clinic.assess.assessment import Assessment
from workup.clinic.assess.terminal import percent
from workup.serve.desk import Answer
from workup.serve.fhir.impression import considered

# https://cds-hooks.hl7.org/2.0/#card-attributes: "One-sentence, <140-character summary".
LONGEST_SUMMARY = 139
# Why a card may be set aside; the first says that its diagnoses are wrong, the others say nothing of them.
WRONG = "none-of-these"
REASONS = {
    WRONG: "None of these is the diagnosis",
    "known": "Already known",
    "incomplete": "The record is incomplete",
    "not-now": "Of no use at this moment",
}


@dataclass(frozen=True)
class Card:
    """A card, and what it offers: the conditions by the uuid of the suggestion that names each."""

    uuid: str
    json: Mapping[str, Any]
    offered: Mapping[str, str]


def cards(answer: Answer, public_url: str, remarks: Sequence[str] = ()) -> list[Card]:
    """At most two: a warning with the red flags, and for information what to consider.

    There is no card of diagnoses where the model abstains or a switch has stopped it. A suggestion has no
    action: to accept it says that the clinician agrees, and changes nothing in the record.

    Args:
        public_url: where the service is reached, for the card's links.
        remarks: what was not read of the record, in sentences of ours.
    """
    one, common = answer.assessment, _common(answer, public_url)
    ending = (*remarks, one.notice)
    found = []
    if one.red_flags:
        found.append(_card(_warning(one, ending), common))
    if one.diagnosis and not answer.stopped:
        offered = {str(uuid4()): candidate.name for candidate in considered(one)}
        found.append(_card(_information(one, offered, ending), common, offered))
    return found


def origin(answer: Answer) -> dict[str, Any]:
    """An `extension` (https://cds-hooks.hl7.org/2.0/#extensions): what answered, and where the audit has it.

    `version` and `checksum` are null where no model is loaded.
    """
    return {
        "workup": {
            "request": answer.request,
            "event": answer.event,
            "version": answer.version or None,
            "checksum": answer.checksum or None,
        }
    }


def _card(
    own: Mapping[str, Any], common: Mapping[str, Any], offered: Mapping[str, str] | None = None
) -> Card:
    identity = str(uuid4())
    return Card(identity, {"uuid": identity, **own, **common}, dict(offered or {}))


def _common(answer: Answer, public_url: str) -> dict[str, Any]:
    base = public_url.rstrip("/")
    system = f"{base}/cds-services/override-reasons"
    return {
        "source": {"label": f"Workup {answer.version}".rstrip() + ", research software", "url": f"{base}/"},
        "links": [{"label": "Open Workup", "url": f"{base}/", "type": "absolute"}],
        "overrideReasons": [
            {"code": code, "system": system, "display": display} for code, display in REASONS.items()
        ],
        "extension": origin(answer),
    }


def _warning(one: Assessment, ending: Iterable[str]) -> dict[str, Any]:
    flags = [
        f"**{flag.level.capitalize()}: {flag.title}.** {flag.advice} ({', '.join(map(_quoted, flag.words))})"
        for flag in one.red_flags
    ]
    return {
        "summary": _listed("Red flag: ", (flag.title for flag in one.red_flags)),
        "detail": "\n\n".join([*flags, *ending]),
        "indicator": "warning",
    }


def _information(one: Assessment, offered: Mapping[str, str], ending: Iterable[str]) -> dict[str, Any]:
    named = (f"{other.name} ({percent(other.probability)})" for other in considered(one))
    return {
        "summary": _listed("To be considered: ", named),
        "detail": "\n\n".join([*_details(one), *ending]),
        "indicator": "info",
        "suggestions": [
            {"label": f"I agree: {name}", "uuid": identity} for identity, name in offered.items()
        ],
        "selectionBehavior": "at-most-one",
    }


def _details(one: Assessment) -> Iterator[str]:
    """Paragraphs of Markdown; nothing in them comes from the record."""
    rows = (
        f"| {other.name} | {other.icd10 or ''} | {percent(other.probability)} |" for other in one.differential
    )
    yield "\n".join(["| Condition | ICD-10-CM | Probability |", "|---|---|---|", *rows])
    if (sure := one.confidence) and sure.cases:
        told = f"of the validation cases so called, {sure.right} of {sure.cases} were right"
        yield f"{sure.word.capitalize()}: {told}."
    if one.cannot_miss:
        missed = (f"{other.name} ({percent(other.probability)})" for other in one.cannot_miss)
        yield f"**Not to be missed:** {', '.join(missed)}"
    if one.questions:
        asked = (f"- {question.finding} (speaks for {question.speaks_for})" for question in one.questions)
        yield "\n".join(["Not told, and would tell the first two apart:", "", *asked])


def _listed(title: str, items: Iterable[str]) -> str:
    """As many of the items as the summary holds, and how many more there are."""
    every = list(items)
    for shown in range(len(every), 0, -1):
        more = f" and {len(every) - shown} more" if shown < len(every) else ""
        line = title + ", ".join(every[:shown]) + more
        if len(line) <= LONGEST_SUMMARY:
            return line
    return f"{line[: LONGEST_SUMMARY - 1]}…"


def _quoted(words: str) -> str:
    """Words of the record as a code span, where Markdown has no links and no markup: they are data."""
    plain = " ".join(words.split()).replace("`", "'")
    return f"`{plain}`"

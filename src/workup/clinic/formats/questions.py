"""Questions to a patient turned into statements about one: "Do you have a cough?" becomes "cough".

A short list of rules for how such questions open and go on. A question that none of them opens is kept,
with "yes" behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_ADVERBS = (
    "(?P<adverbs>(?:(?:ever|currently|constantly|recently|regularly|previously|suddenly|temporarily|often) "
    ")*)"
)
_PAST = {"lose": "lost", "eat": "ate", "have": "had", "feel": "felt", "take": "took"}


def statement(question: str) -> str:
    """What a "yes" to `question` says of the patient, as a phrase without subject or full stop."""
    text = " ".join(question.replace("’", "'").split()).rstrip("?: ")
    changed = next(
        (pattern.sub(opening, text, count=1) for pattern, opening in _OPENINGS if pattern.match(text)), None
    )
    if changed is None:
        return f"{question.strip()} yes"
    for pattern, clause in _CLAUSES:
        changed = pattern.sub(clause, changed)
    return re.sub(r"^(?:an?|any|the|their) ", "", changed.strip())


def label(question: str) -> str:
    """What `question` asks for, as a phrase to put before ": answer"."""
    return re.sub(r" (?:somewhere|anywhere)$|\?? yes$", "", statement(question))


def _present(match: re.Match[str]) -> str:
    return _adverbs(match) + " or ".join(_third_person(verb) for verb in match["verbs"].split(" or "))


def _adverbs(match: re.Match[str]) -> str:
    return match["adverbs"].replace("ever ", "")


def _third_person(verb: str) -> str:
    if verb == "have":
        return "has"
    return verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "o")) else "s")


def _past(match: re.Match[str]) -> str:
    verb = match["verbs"]
    return _adverbs(match) + _PAST.get(verb, verb + ("d" if verb.endswith("e") else "ed"))


def _rules(
    *rules: tuple[str, str | Callable[[re.Match[str]], str]],
) -> list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]]:
    return [(re.compile(pattern), replacement) for pattern, replacement in rules]


_DO = rf"do you {_ADVERBS}(?P<verbs>\w+(?: or (?!do\b)[a-z]+(?= (?:in|a|at)\b))?)"
_DID = rf"did you {_ADVERBS}(?P<verbs>\w+)"

# How a question opens; the first that fits is used.
_OPENINGS = _rules(
    (r"Where (?:is|are) (the .+?) located$", r"location of \1"),
    (r"What color (?:is|are) (the .+)$", r"color of \1"),
    (r"How intense (?:is|are) (the .+)$", r"intensity of \1"),
    (r"How severe (?:is|are) (the .+)$", r"severity of \1"),
    (r"How (\w+) (is|are) (the .+?)( located)?$", r"how \1 \3 \2\4"),
    (r"How (\w+) did (the \w+) (\w+)$", r"how \1 \2 \3ed"),
    (r"Characterize your ", r"character of the "),
    (r"Does the (\w+) radiate to another location$", r"\1 radiates to"),
    (r"Did you previously, or do you currently, have (?:any )?", "past or present "),
    (r"Do you currently, or did you ever, have (?:any )?", "present or past "),
    (r"Do you (?:have|suffer from|feel (?=pain\b)) ?", ""),
    (r"D" + _DO[1:], _present),
    (r"D" + _DID[1:], _past),
    (r"(?:Have you (?:ever )?been|Were you) diagnosed with ", "diagnosed with "),
    (r"Have you ever had (?:a diagnosis of )?(?:an? )?", "previous "),
    (r"Have you recently had (?:an? )?", "recent "),
    (r"Have you (?:had|noticed)(?: that)? ", ""),
    (r"Have you or ", "patient or "),
    (r"Have you (?:ever )?(?:been )?", ""),
    (r"Have any of your (family members) (?:ever )?(?:been )?", r"\1 "),
    (r"(?:Are|Were) you ", ""),
    (r"(?:Are|Is) there ", ""),
    (r"(?:Are|Is) (?=the |your )", ""),
    (r"Does (?:the person|the patient) have ", ""),
    (r"Does (?P<adverbs>your \w+ )(?P<verbs>\w+)", _present),
    (r"Do (?=any |your )", ""),
    (r"Did (?P<adverbs>your \w+ (?:suddenly )?)(?P<verbs>\w+)", _past),
    (r"In the last ([\w ]+), have you (?:been )?", r"in the last \1, "),
)

# What may follow in the same question; all are applied, in this order.
_CLAUSES = _rules(
    (r"\bdo you (?:have|suffer from) ", "has "),
    (r"\b" + _DO, _present),
    (r"\b" + _DID, _past),
    (r"\bhas your (\w+) been ", r"\1 has been "),
    (r"\bhave you (ever |recently )?been ", r"\1been "),
    (r"\bhave you ", "has "),
    (r"\bare you ", ""),
    (r"\bwere you ", "was "),
    (r"\bor have ", "or has "),
    (r"\bis your (\w+) ", r"\1 "),
    (r"\bis (a member of your family) ", r"\1 "),
    (r" \(or are the \w+\)", ""),
    (r"\byour\b", "their"),
    (r"\byou (?=up\b|from\b)|\byou$", "them "),
    (r"\byou're\b", "they are"),
    (r"\byou\b", "they"),
)

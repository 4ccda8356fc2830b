"""Age and sex as a text says them: "M 58", "71F", "our boy, 9", "I'm 49", "seven-month-old girl", "D20"."""

from __future__ import annotations

import re

from workup.clinic.safety.reading import Age, Sex, Words
from workup.clinic.spans import days

_NUMBERS = dict(
    zip(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ],
        range(1, 20),
        strict=True,
    )
)
_TENS = {
    name: 10 * n
    for n, name in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_N = rf"(?P<n>\d{{1,3}}|(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_NUMBERS)}))?\b|(?:{'|'.join(_NUMBERS)})\b)"
_UNITS = (
    (r"(?:years?|yrs?|yo|y/o|y\.o\.|yr)\b|y\b", "year"),
    (r"(?:months?|mths?|mo|m/o|/12)\b", "month"),
    (r"(?:weeks?|wks?|wk|w/o)\b", "week"),
    (r"days?\b", "day"),
    (r"(?:hours?|hrs?)\b", "hour"),
)
_UNIT = "|".join(f"(?P<{name}>{pattern})" for pattern, name in _UNITS)
_WHO = (
    r"(?:man|woman|male|female|boy|girl|son|daughter|mother|father|mum|mom|dad|husband|wife|baby|infant|"
    r"toddler|child|patient|brother|sister|grandson|granddaughter|grandmother|grandfather|student|teacher|"
    r"farmer|worker|nan|grandma|grandpa|gardener|recruit|boyfriend|girlfriend|partner|kid|lady|gentleman|"
    r"guy|pt|resident)"
)
# Ages of the speaker, of a named person, and in the headings of notes; the first that is in the text counts.
_NOT_AGE = (
    r"(?!\s?(?:%|/|kg|cm|mm|mg|min|times|weeks?\s(?:pregnant|along|gone)|pounds|cigarettes|py\b|pack)|[.,]\d)"
)
_JUST = r"(?:a\s|now\s|only\s|about\s|just\s|almost\s|nearly\s)?"
_AGO = r"(?!\s(?:hours|days?|weeks?|years?|months?)\sa(?:go|fter))"
_AGES = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (rf"\b(?:i'm|i am)\s{_JUST}{_N}\b(?:[- ](?:{_UNIT}))?{_NOT_AGE}", re.I),
        (rf"\b{_N}[- ]?(?:{_UNIT})[- ]?\s?(?:old|boy|girl|baby|infant)\b", re.I),
        (rf"\b{_N}[- ](?P<week>week)s?-old\b", re.I),
        (rf"^\W*(?P<n>\d{{1,3}})\s?(?:{_UNIT})?,?\s?(?:m|f|male|female|man|woman|boy|girl|lady)\b", re.I),
        (r"\b(?P<n>\d{1,2})(?P<week>/52)\s(?:m|f|old|boy|girl)\b", re.I),
        (r"\b(?<!/)(?P<n>\d{1,3})\s?(?:y/?o\s?|yo\s?|yr\s?)?[MF]\b(?!\.?\d)", 0),
        (r"\b(?P<n>\d{1,3})\s?(?P<month>/12)\s(?:m|f|old|boy|girl)\b", re.I),
        (r"(?:^|\s)D(?P<n>\d{1,2})\s(?=boy|girl|baby|neonate|infant|male|female)(?P<day>)", 0),
        (rf"(?:^|[.,;]\s)(?:m|f|male|female|man|woman|boy|girl),?\s{_N}\b(?:\s(?:{_UNIT}))?{_NOT_AGE}", re.I),
        (rf"(?:^|[.;,]\s){_N}\s(?:{_UNIT}),?\s(?:old\s)?(?:{_WHO}|m|f|twin|hypertensive)\b", re.I),
        (rf"\bage[d:]?\s(?:of\s)?{_N}\b(?:\s(?:{_UNIT}))?", re.I),
        (rf"\b{_N}\s?(?:y/?o|y\.o\.|yo)\b", re.I),
        (
            rf"\b{_WHO}(?:'s)?,?\s(?:is\s|of\s|aged\s|who is\s|who's\s|turned\s|at\s)?{_JUST}{_N}\b"
            rf"(?:\s(?:{_UNIT}))?"
            rf"{_NOT_AGE}{_AGO}",
            re.I,
        ),
        (
            rf"\b(?:she's|she is|he's|he is|we're|turned|mother)\s{_JUST}{_N}\b(?:[- ](?:{_UNIT}))?"
            rf"{_NOT_AGE}",
            re.I,
        ),
        (rf"(?:^|[.;]\s){_N}\s(?:{_UNIT})(?=[,.])", re.I),
        (rf"\ball my {_N}\s(?P<year>years)\b", re.I),
        (r"\bat\s(?P<n>\d{2})\b(?!\s?(?:%|/|kg|weeks|mg|am|pm|h\b|min|degrees|:|o')|\.\d)", re.I),
    )
)
# What de-identification leaves of an age over 89 (`clinic.deidentify`).
_OVER_89 = re.compile(r"\[AGE\](?:[- ]years?\b(?:[- ]old\b)?)?")
_NEWBORN = re.compile(r"\b(?:newborn|neonate|neonatal)\b", re.IGNORECASE)
_INFANT = re.compile(r"\b(?:infant|baby (?:boy|girl|son|daughter)|our baby|my baby)\b", re.IGNORECASE)
_SAID: tuple[tuple[Sex, str], ...] = (
    ("female", r"\b(?:\d{1,3}\s?(?:y/?o|yo|yr)?\s?F|F[ ,]{1,2}\d{1,3})\b"),
    ("male", r"\b(?:\d{1,3}\s?(?:y/?o|yo|yr)?\s?M|M[ ,]{1,2}\d{1,3})\b"),
    ("female", r"(?i)\b\w+[- ]old[, ](?:\w+ )?(?:woman|female|girl|lady|mum|mom|mother)\b"),
    ("male", r"(?i)\b\w+[- ]old[, ](?:\w+ )?(?:man|male|boy|gentleman)\b"),
    ("female", r"(?i)^\W*(?:female|woman|girl)\b"),
    ("male", r"(?i)^\W*(?:male|man|boy)\b"),
    (
        "female",
        r"(?i)\b(?:female|woman|girl)[,.;: ]|\b(?:my|our) (?:wife|daughter|granddaughter|girlfriend)\b",
    ),
    (
        "male",
        r"(?i)\b(?:male|man|boy)[,.;: ]|\b(?:my|our) (?:husband|son|grandson|boyfriend)\b|[ ,]m[,. ]",
    ),
    ("female", r"\b(?:She|she)\b"),
    ("male", r"\b(?:He|he)\b"),
)
_SEXES = tuple((sex, re.compile(pattern)) for sex, pattern in _SAID)
# The first of these say the sex themselves; the others rest on other people's names for the patient.
_SURE = 6
_WEEKS = 20
_SPEAKER = re.compile(r"\b(?:I'm|I am|I feel|I've|I have|I can't|I had)\b")


def age_of(text: str) -> Age | None:
    """The patient's age; None where the text does not say it."""
    for pattern in _AGES:
        if match := pattern.search(text):
            groups = match.groupdict()
            unit = next((name for _, name in _UNITS if groups.get(name) is not None), "year")
            number = _number(match["n"])
            # "31 weeks" is how far a pregnancy has gone.
            if unit == "week" and number > _WEEKS:
                continue
            return Age(number * days(f"1 {unit}"), Words(match.group().strip(), match.start(), match.end()))
    for pattern, length in ((_OVER_89, "90 years"), (_NEWBORN, "14 days"), (_INFANT, "6 months")):
        if match := pattern.search(text):
            return Age(days(length), Words(match.group(), match.start(), match.end()))
    return None


def sex_of(text: str) -> Sex | None:
    """The patient's sex; None where the text does not say it.

    Who speaks of himself or herself in the first person may name a wife, a son or a doctor.
    """
    patterns = _SEXES[:_SURE] if _SPEAKER.search(text) else _SEXES
    return next((sex for sex, pattern in patterns if pattern.search(text)), None)


def _number(said: str) -> int:
    if said.isdecimal():
        return int(said)
    parts = re.split("[- ]", said.lower())
    return sum(_TENS.get(part, 0) or _NUMBERS.get(part, 0) for part in parts)

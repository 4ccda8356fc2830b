"""Dates and high ages.

Safe Harbor (45 CFR 164.514(b)(2)(i)(C)) removes all elements of dates except the year, and all ages over 89.
A number with a slash is mostly no date in a clinical note ("2/7" is two days, "4/5" a power, "6/12" an acuity
or half a year): day and month without a year count only after a cue, at the beginning of a line, before a
time of day, or written with a leading zero. A day without a month ("the 14th") counts after a weekday or a
cue.

Patterns begin with the digit they look for and check what stands before it afterwards: `\\d(?<![\\w/]\\d)` is
a digit not preceded by a letter, digit or slash, and is searched for several times faster than the usual
order.
"""

from __future__ import annotations

import re

from workup.clinic.deidentify.rules import UNIT, Cue, Rule

_MONTHS = Cue(
    "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr"
    "|jun|jul|aug|sep|sept|oct|nov|dec"
)
_ORDINALS = Cue(
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth"
    "|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth"
)
_YEAR = r"(?:19|20)\d\d(?!\d)"
_MONTH = rf"(?P<month>{_MONTHS.either})\.?"
_AFTER_MONTH = rf"(?P<year>,?[ \n/-]?{_YEAR}|[-/]\d\d(?!\d)|,? ?[’']\d\d(?!\d))?"
_ALONE = r"\d(?<![\w/.]\d)"  # the first digit of a number; see the top
_REST_OF_DAY = r"(?:(?<=[0-3])\d)?(?P<ordinal>st|nd|rd|th)?"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_RANGE = rf"(?:\s?(?:-|–|to|and|&)\s?{_DAY}(?:st|nd|rd|th)?)?"

_DAY_FIRST = rf"{_ALONE}{_REST_OF_DAY}{_RANGE}[ .\n/-]{{0,2}}(?:(?:day )?of\s)?{_MONTH}{_AFTER_MONTH}"
_DAY_IN_WORDS = rf"{_ORDINALS.pattern}\s(?:(?:day )?of\s)?{_MONTH}{_AFTER_MONTH}"
_MONTH_FIRST = (
    rf"(?<!\w){_MONTH}(?:,?[ \n/-]?(?:of )?(?P<only>{_YEAR}|[’']\d\d(?!\d))"
    rf"|[ \n-]{{1,2}}(?:the )?{_DAY}(?P<ordinal>st|nd|rd|th)?{_RANGE}(?![\w/%]|\.\d|\s?{UNIT}\b)"
    rf"{_AFTER_MONTH})"
)
_NUMBERS = (
    rf"(?P<a>{_ALONE}\d?)(?P<by> ?/ ?|[.-])(?P<b>\d{{1,2}})(?P=by)(?:(?:19|20)\d\d|\d\d)(?![\w/]|[.,]\d|%)"
    rf"(?!\s?{UNIT}\b)"
)
_ISO = (
    rf"{_ALONE}(?<=[12])(?:(?<=1)9|(?<=2)0)\d\d(?P<by>[-/.])(?:0?[1-9]|1[0-2])(?P=by){_DAY}(?!\d)"
    r"(?:T\d\d:?\d\d(?::?\d\d)?(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)?"
)
_YEAR_FIRST = rf"{_ALONE}(?<=[12])(?:(?<=1)9|(?<=2)0)\d\d(?P<by>[-/. ]){_MONTHS.either}(?P=by){_DAY}(?!\d)"
_MONTH_YEAR = rf"{_ALONE}(?:(?<=0)[1-9]|(?<=1)[0-2])?(?<!0)/{_YEAR}(?!\w|/)"
_PADDED = (
    rf"{_ALONE}(?<![,-]\d)(?:(?<=0)[1-9]/(?:0[1-9]|[12]\d|3[01])|(?<=[123])\d(?<!3[2-9])/0[1-9])"
    r"(?![\w/%]|[.-]\d)"
)

_BEFORE_DATE = Cue(
    "on|date|dated|dob|d.o.b|d.o.b.|born|edd|appt|appointment|admitted|admit|discharge|discharged|seen|since"
    "|from|until|till|by|visit|clinic|collected|received|reviewed|updated|performed|reported|signed|sent"
    "|inserted|transferred|booked|d/c|dc|last seen|next due|w/e|w/c|bloods|labs|cxr|ct|mri|uss|scan|xray"
    "|x-ray|surgery|biopsy|ward round|review|f/u|follow up|rv|tci|lmp|dos|doa|dod|posted|printed|typed"
    "|dictated|before|after|for|due|started|stopped|taken|commenced|removed|next|last"
)
# After these a pair of numbers is a date even where it could be a duration of days (/7) or months (/12).
_DATING = {"on", "date", "dated", "dob", "d.o.b", "d.o.b.", "born", "edd", "w/e", "w/c"}
# After these it is none where it could be a score, an acuity or a part of something.
_VAGUE = {
    "before",
    "after",
    "for",
    "due",
    "started",
    "stopped",
    "taken",
    "commenced",
    "removed",
    "next",
    "last",
}
_TWO = r"(?P<a>\d{1,2})/(?P<b>\d{1,2})"
_NO_COUNT = rf"(?![\w/%]|[.,-]\d)(?!\s(?:ago|hx|history|of|in|strength|power|{UNIT})\b)"
_CUED = (
    rf"(?P<cue>{_BEFORE_DATE.pattern})[:\s]{{1,3}}(?:on |the )?"
    rf"(?P<x>{_TWO}(?:\s?[-–]\s?\d{{1,2}}/\d{{1,2}})?){_NO_COUNT}"
)
_WEEKDAYS = Cue(
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat"
    "|sun"
)
_ON_WEEKDAY_THE = (
    rf"{_WEEKDAYS.pattern}\.?,?\s(?:the\s)?(?P<x>{_DAY}(?:st|nd|rd|th))(?!\w|\s(?i:{_MONTHS.either}))"
)
_ON_WEEKDAY = rf"{_WEEKDAYS.pattern}\.?,?\s(?P<x>{_TWO}){_NO_COUNT}"
_TIMED = (
    rf"(?P<x>(?P<a>{_ALONE}\d?)/(?P<b>\d{{1,2}}))"
    r"(?=(?:,| at|\s?@)?\s?(?:[01]?\d|2[0-3])[:.][0-5]\d(?!\d)|\s?@\s?\d{4}\b|,?\s\d{4}(?:\s?h(?:rs?)?\b|:))"
)
_AT_LINE = rf"^[ \t>*•(-]{{0,4}}(?P<x>{_TWO})(?=\)?(?::|\s?[-–]\s|\s(?!{UNIT}\b)[A-Za-z]))"
_ABOUT_DAY = Cue(
    "on|since|until|till|by|from|before|after|dated|for|seen|admitted|discharged|review|due|appt|appointment"
    "|between|was|is|clinic|booked|scheduled|starting|again|in on"
)
_LAST = (
    r"(?=\s*(?:[.,;:)\n]|$)|\s(?:at|with|when|for|but|because|if|this|last|next|of (?:this|last|next)"
    r"|@)(?!\w))"
)
_DAY_ALONE = (
    rf"{_ABOUT_DAY.pattern}\sthe\s(?P<x>{_DAY}(?:st|nd|rd|th)"
    rf"(?:\s?(?:-|–|to|and|&|or)\s?(?:the\s)?{_DAY}(?:st|nd|rd|th))?){_LAST}"
)
_DAY_INSTANT = rf"{_ALONE}\d?(?:st|nd|rd|th)?\s(?i:inst|ult|prox)\b"
_BIRTH = Cue("dob|d.o.b|d.o.b.|date of birth|birth date|birthdate")
_AFTER_BIRTH = (
    rf"{_BIRTH.pattern}\.?[:\s=-]{{1,3}}"
    rf"(?P<x>\d{{1,2}}[ ./-]\d{{1,2}}[ ./-](?:{_YEAR}|\d\d\b)|\d{{6}}\b|\d{{8}}\b)"
)
_MEASURED = re.compile(r"(?i:centile|weight|height|\bofc|\btoe|finger|\bribs?\b|metatarsal|digit|space)")

_OLD = r"(?P<x>[19](?<![\w.,/<>-].)(?:(?<=9)\d|(?<=1)[0-2]\d))"
_IN_YEARS = (
    rf"{_OLD}(?=[\s-]{{0,2}}(?:(?i:years?|yrs?|y/?o|y\.o\.?)\b|y\b)|(?:st|nd|rd|th) (?i:birthday|year))"
)
_AGED = Cue("age|aged|ages|turn|turns|turned|turning|age of|nearly|almost")
_CUED_AGE = rf"{_AGED.pattern}[:\s]{{1,2}}(?P<x>9\d|1[0-2]\d)(?!\w|[/%°]|\s?°|\sdeg|[.,]\d|\s?(?:%|{UNIT}\b))"
_BEING = Cue("who is|who's|who was|he is|she is|he's|she's|i am|i'm|im|is now|now aged|patient is|pt is")
_WHO_IS = (
    rf"{_BEING.pattern}\s(?:now |nearly |almost |about )?(?P<x>9\d|1[01]\d)"
    r"(?=[;)!]|[.,](?!\d)|\s(?:and|but|with|years|who)\b|\s*$)"
)
_AND_SEX = rf"{_OLD}(?=\s?/?\s?[MF]\b|,?\s(?i:male|female|man|woman|lady|gentleman|gent)\b)"
_AFTER_SEX = r"^(?:[MF]|[Mm]ale|[Ff]emale),?\s(?P<x>9\d|1[0-2]\d)(?![\w/%]|[.,]\d)"
_SEX_SLASH = r"(?<![\w/])[MF]/(?P<x>9\d|1[01]\d)(?![\w/%]|[.,]\d)"
_AFTER_NAME = r"\[NAME\],?\s\(?(?:[MF],?\s)?(?P<x>9\d|1[01]\d)(?=[,;)]|\.(?!\d)|\s?$)"
_NINETY = Cue("ninety|hundred|nineties|a hundred")
_IN_WORDS = (
    r"(?i:ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|hundred(?: and \w{3,6})?)"
    r"(?=[- ]years?\b)(?<!like a ninety)|(?<=[Aa]ged )(?i:ninety(?:[- ]\w{3,5})?|a hundred)\b"
    r"|(?i:nineties)(?<=(?i:his |her |mid |mid-|ate |rly )nineties)"
)
_FAHRENHEIT = re.compile(r"(?i:\bt|temp\w*|fever\w*|febrile|pyrexi\w+|tmax)\b[^.;\n]{0,16}$")


def _is_day_and_month(match: re.Match[str]) -> bool:
    low, high = sorted((int(match["a"]), int(match["b"])))
    return 1 <= low <= 12 and high <= 31


def _is_date_after_cue(match: re.Match[str]) -> bool:
    cue = match["cue"].lower()
    duration = int(match["b"]) in {7, 12} and match["a"][0] != "0"
    return (
        _is_day_and_month(match)
        and (cue in _DATING or not duration)
        and (cue not in _VAGUE or _is_no_score(match))
    )


def _is_no_score(match: re.Match[str]) -> bool:
    """No duration, no score of five or ten, no acuity and no small fraction either."""
    a, b = int(match["a"]), int(match["b"])
    score = b in {7, 12} or (b in {4, 5, 10} and a <= max(b, 5)) or a == b
    return _is_day_and_month(match) and not score and a not in {6, 20} and max(a, b) > 5


def _is_day(match: re.Match[str]) -> bool:
    """ "On the 9th" is a day, but not where centiles, toes or ribs are spoken of."""
    around = match.string[max(0, match.start() - 60) : match.end() + 40]
    return not _MEASURED.search(around)


def _is_month(match: re.Match[str]) -> bool:
    """Not "may 3", "MAR 4" or "OCT 5": such a word must be capitalised, or come with a year or an ordinal."""
    found = match.groupdict()
    if any(found.get(group) for group in ("year", "only", "ordinal")):
        return True
    month = match["month"].rstrip(".")
    return month.istitle() or month.lower() not in {"may", "mar", "march", "oct", "dec", "sep", "jun", "jul"}


def _is_no_temperature(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 24) : match.start()]
    return not _FAHRENHEIT.search(before)


RULES = (
    Rule("DATE", re.compile(_ISO)),
    Rule("DATE", re.compile(_NUMBERS), holds=_is_day_and_month),
    Rule("DATE", re.compile(_DAY_FIRST), among=_MONTHS.words, holds=_is_month),
    Rule("DATE", re.compile(_DAY_IN_WORDS), cue=_ORDINALS),
    Rule("DATE", re.compile(_MONTH_FIRST), cue=_MONTHS, holds=_is_month),
    Rule("DATE", re.compile(_YEAR_FIRST), among=_MONTHS.words),
    Rule("DATE", re.compile(_MONTH_YEAR), needs=re.compile("/(?:19|20)")),
    Rule("DATE", re.compile(_PADDED), needs=re.compile(r"0[1-9]/|/0[1-9]")),
    Rule("DATE", re.compile(_CUED), cue=_BEFORE_DATE, needs=re.compile("/"), holds=_is_date_after_cue),
    Rule("DATE", re.compile(_ON_WEEKDAY_THE), cue=_WEEKDAYS),
    Rule("DATE", re.compile(_ON_WEEKDAY), cue=_WEEKDAYS, needs=re.compile("/"), holds=_is_no_score),
    Rule("DATE", re.compile(_TIMED), needs=re.compile("/"), holds=_is_no_score),
    Rule("DATE", re.compile(_AT_LINE, re.MULTILINE), needs=re.compile("/"), holds=_is_no_score),
    Rule("DATE", re.compile(_DAY_ALONE), cue=_ABOUT_DAY, holds=_is_day),
    Rule("DATE", re.compile(_DAY_INSTANT), among=frozenset({"inst", "ult", "prox"})),
    Rule("DATE", re.compile(_AFTER_BIRTH), cue=_BIRTH),
    Rule("AGE", re.compile(_IN_YEARS)),
    Rule("AGE", re.compile(_CUED_AGE), cue=_AGED),
    Rule("AGE", re.compile(_AND_SEX), holds=_is_no_temperature),
    Rule("AGE", re.compile(_AFTER_SEX, re.MULTILINE)),
    Rule("AGE", re.compile(_WHO_IS), cue=_BEING),
    Rule("AGE", re.compile(_SEX_SLASH)),
    Rule("AGE", re.compile(_AFTER_NAME), needs=re.compile(r"\[NAME\]")),
    Rule("AGE", re.compile(_IN_WORDS), cue=_NINETY),
)

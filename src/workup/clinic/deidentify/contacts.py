"""E-mail and web addresses, telephone numbers, and the numbers of records, accounts and devices.

Safe Harbor, 45 CFR 164.514(b)(2)(i)(D) to (P). A number that looks like a result is an identifier only after
a cue ("MRN", "policy no", "bleep"); without one only forms that no result has are taken.
"""

from __future__ import annotations

import re

from workup.clinic.deidentify.rules import UNIT, Cue, Rule

_EMAIL = r"[\w.+'-](?<![\w.+'-].)[\w.+'-]{0,253}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}"
_PATH = r"[^\s<>\"\[\]]{0,2000}[^\s<>\"\[\].,;:!?)]"
_ENDING = r"\.(?:com|org|net|edu|gov|info|(?:co|nhs|org|ac|gov)\.uk|example)(?![\w@-])"
_URL = rf"(?i:https?|ftp)://{_PATH}|(?i:www)\.{_PATH}"
_DOMAIN = (
    rf"[A-Za-z0-9](?<![\w.@-].)[A-Za-z0-9-]{{0,62}}(?:\.[A-Za-z0-9-]{{1,63}}){{0,4}}{_ENDING}(?:/{_PATH})?"
)
_NETWORKS = Cue("instagram|insta|twitter|facebook|whatsapp|telegram|tiktok|skype|snapchat")
_HANDLE = rf"{_NETWORKS.pattern}[\s:=]{{1,3}}(?P<x>@\w{{2,40}}|[A-Za-z]\w{{2,40}}(?<=[\d_]))"
_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IP = rf"\d(?<![\w.]\d)\d{{0,2}}\.{_BYTE}\.{_BYTE}\.{_BYTE}(?!\w|\.\d)"
_HEX_GROUPS = (
    r"(?<![\w:])(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2})(?![\w:])"
)

_PHONE = (
    r"[\d+(](?<![\w.+/-].)(?:"
    r"(?:(?<=\+)|(?<=0)0)[1-9]\d{0,2}[ .-]?"  # +44 7911 123456
    r"(?:\(0?\d{0,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,5}){1,5}"
    r"|(?<=\()\d{2,5}\)[ .-]?\d{3,4}[ .-]?\d{3,4}"  # (419) 555-0182
    r"|(?<=[2-9])\d{2}[-. ][2-9]\d{2}[-. ]\d{4}"  # 419-555-0183
    r"|(?<=1)[-. ][2-9]\d{2}[-. ]\d{3}[-. ]\d{4}"
    r"|(?<=0)\d{2,4}[ /-]\d{3,4}[ -]?\d{3,4}"  # 07700 900461, 020 7946 0018
    r"|(?<=0)\d(?:[ .-]\d{2}){4}"  # 06 12 34 56 78
    r"|(?<=0)\d{9,10}"
    r")(?![\w/]|[.-]\d)"
)
_CALLING = Cue(
    "tel|telephone|phone|ph|mobile|mob|cell|cellphone|fax|landline|call|called|calls|call back|callback"
    "|ring|rang|text|texted|reach|reached|reachable|contact|contacted|contactable|number|hotline|whatsapp"
    "|voicemail|home|work"
)
_CALLED = (
    rf"{_CALLING.pattern}\.?(?:\s(?i:no|number|num|nr)\b\.?)?"
    r"(?:\s(?i:is|me|us|her|him|them|at|on|under|via|back)\b){0,3}"
    r"[:#\s]{1,3}(?P<x>\(?\+?\d[\d() .-]{4,18}\d)(?!\w|[/%]|\.\d)"
)
_INSIDE = Cue("ext|extn|extension|bleep|pager|beeper")
_EXTENSION = rf"{_INSIDE.pattern}\.?(?:\s(?i:no|number))?[:#\s]{{1,3}}(?P<x>\d{{3,6}})(?![\w/%]|\.\d)"

# Cues that a number may follow at once, and cues that need "no", "number", "#" or a colon in between.
_RECORDS = Cue(
    "mrn|urn|nhs|chi|ssn|nino|npi|gmc|nmc|dea|imei|vin|udi|iban|s/n|acct|account|a/c|hosp no|hosp id"
    "|hospital no|hospital id|patient id|pt id|member id|national insurance|social security|passport"
    "|accession|encounter|serial|med rec|medical record"
)
_PAPERS = Cue(
    "record|records|hosp|hospital|patient|policy|insurance|medicare|medicaid|member|membership|subscriber"
    "|group|beneficiary|licence|license|driving licence|driver's license|certificate|claim|case|file|chart"
    "|folder|device|pacemaker|implant|lot|batch|order|invoice|reference|our ref|your ref|ref|study|trial"
    "|specimen|sample|lab|request|referral|visit|episode|ticket|tax|health card|card|unit|insurance policy"
    "|nurse pin"
)
_NUMBER = r"(?i:numbers?|no|nr|num|id|ref|code|serial)\b\.?"
_TOKEN = r"(?P<x>(?=[\w/.-]{0,24}\d)[A-Za-z0-9][\w/.-]{2,30}(?<![./-])(?:[ ](?=\d{2,6}\b)\d{2,6}){0,4})"
_RECORD = rf"{_RECORDS.pattern}(?:\s?{_NUMBER}){{0,2}}[\s:#.=-]{{0,4}}{_TOKEN}"
_PAPER = rf"{_PAPERS.pattern}\.?(?:(?:\s{_NUMBER}){{1,2}}[\s:#.=-]{{1,4}}|\s?#\s?|:\s?){_TOKEN}"
_VEHICLE = Cue("reg|registration|licence plate|license plate|number plate|plate|plates|vehicle|car")
_PLATE = (
    rf"{_VEHICLE.pattern}(?:\s(?i:reg|registration|no|number|plate)\b){{0,2}}\.?[:#\s]{{1,3}}"
    r"(?P<x>(?=[A-Z0-9 -]{0,9}\d)(?=[0-9 -]{0,9}[A-Z])[A-Z0-9]{1,4}[ -]?[A-Z0-9]{2,4}"
    r"(?:[ -][A-Z0-9]{1,3})?)\b"
)
_SSN = r"\d(?<![\w.-]\d)\d\d-\d\d-\d{4}(?![\w-]|\.\d)"
_NHS = r"\d(?<![\w.-]\d)\d\d[ -]\d{3}[ -]\d{4}(?![\w-]|\.\d)"
_LONG = (
    rf"\d(?<![\w.,/]\d)\d{{6,40}}[A-Za-z]?(?!\w|[.,]\d)(?!\s?(?:{UNIT}\b|/|%))"
    r"|\d(?<![\w.,/]\d)\d{3}(?:[ -]\d{4}){3}(?!\w)"
)
_MIXED = r"[A-Z](?<![\w.].)[A-Z]{0,3}-?\d{6,20}[A-Z]?(?!\w)"
_QUANTITY = re.compile(r"\d{1,4}(?:\.\d{1,3})?[-/]\d{1,4}(?:\.\d{1,3})?|\d+\.\d+")


def _is_number(match: re.Match[str]) -> bool:
    """Enough digits for a telephone: a shorter number after "call" is a time or a bed."""
    return 6 <= sum(map(str.isdigit, match["x"])) <= 15


def _is_identifier(match: re.Match[str]) -> bool:
    """Two digits or more, and no range, fraction or decimal ("ref: 3.5-5.0")."""
    token = str(match["x"])
    return sum(map(str.isdigit, token)) >= 2 and _QUANTITY.fullmatch(token) is None


RULES = (
    Rule("EMAIL", re.compile(_EMAIL), needs=re.compile("@")),
    Rule("URL", re.compile(_URL), needs=re.compile(r"://|(?i:www)\.")),
    Rule("URL", re.compile(_DOMAIN), needs=re.compile(_ENDING)),
    Rule("ID", re.compile(_HANDLE), cue=_NETWORKS),
    Rule("IP", re.compile(_IP)),
    Rule("ID", re.compile(_HEX_GROUPS), among=frozenset({"mac", "ip", "address", "device", "ipv"})),
    Rule("ID", re.compile(_SSN)),
    Rule("ID", re.compile(_RECORD), cue=_RECORDS, holds=_is_identifier),
    Rule("ID", re.compile(_PAPER), cue=_PAPERS, holds=_is_identifier),
    Rule("ID", re.compile(_PLATE), cue=_VEHICLE),
    Rule("PHONE", re.compile(_PHONE)),
    Rule("PHONE", re.compile(_CALLED), cue=_CALLING, holds=_is_number),
    Rule("PHONE", re.compile(_EXTENSION), cue=_INSIDE),
    Rule("ID", re.compile(_NHS)),
    Rule("ID", re.compile(_LONG)),
    Rule("ID", re.compile(_MIXED)),
)

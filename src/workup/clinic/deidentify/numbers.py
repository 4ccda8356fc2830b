"""Numbers of records, accounts, licences, vehicles and devices.

Safe Harbor, 45 CFR 164.514(b)(2)(i)(G) to (M) and (R). What looks like a result is an identifier only after a
cue: at once after some ("MRN 4471"), after others with "no", "number", "#" or a colon between ("case no.
12-0453"), or if it is a code ("lot 88213-AX"). Without a cue only forms that no result has are taken.
"""

from __future__ import annotations

import re

from workup.clinic.deidentify.rules import UNIT, Cue, Rule

# Cues that a number may follow at once, and cues that need "no", "number", "#" or a colon in between.
_RECORDS = Cue(
    "mrn|mr no|urn|uhid|umrn|crn|nhs|chi|ssn|nino|ni number|ni no|npi|gmc|nmc|hcpc|gphc|ahpra|dea|imei|vin"
    "|udi|iban|s/n"
    "|acct|account|a/c|bsb|hosp no|hosp id|hospital no|hospital id|patient id|pt id|member id"
    "|national insurance"
    "|social security|passport|accession|encounter|serial|med rec|medical record|pps|ppsn|ihi|hpi-i|hpi-o"
    "|dva|nhi|hcn"
    "|ohip|phn|aadhaar|aadhar|abha|sa id|id number|nin|bvn|nhis|voter id|mbi|hicn|ndc|csn|visa no|emirates id"
    "|nric|bsn|cpr|cns|nif|dni|cpf|nuhsa|insurance no|insurance id|lanr|barcode|pan no|driving licence"
    "|driver's licence"
    "|driver's license|drivers license|drivers licence|licence no|license no|gmc no|gmc number|nmc pin"
    "|pin number"
)
_PAPERS = Cue(
    "record|records|hosp|hospital|patient|policy|insurance|medicare|medicaid|member|membership|subscriber"
    "|group|beneficiary|licence|license|certificate|claim|case|file|chart|folder|device|pacemaker|implant"
    "|lot|batch|order"
    "|invoice|reference|our ref|your ref|ref|study|trial|specimen|sample|lab|request|referral|visit|episode"
    "|ticket|tax"
    "|health card|card|unit|insurance policy|nurse pin|clinic|form|staff|employee|badge|booking"
    "|confirmation|receipt|bill"
    "|report|path|pathology|radiology|exam|prescription|rx|script|donor|donation|bag|model|pump|valve|lens"
    "|stent|lead"
    "|generator|prosthesis|stem|cup|hearing aid|wheelchair|monitor|registration|reg|subject|participant"
    "|enrolment"
    "|enrollment|randomisation|screening|protocol|incident|datix|crime|police|log|job|cad|call|ward|locker"
    "|student|ssid"
    "|service|veteran|military|army|force|prison|prisoner|inmate|booklet|docket|dossier|application|auth"
    "|authorization"
    "|authorisation|approval|pre-auth|preauth|payment|transaction|order|tracking|parcel|safe|benefit"
    "|pension|union|payroll"
    "|works|contract|customer|client|user|serial|asset|tag|wristband|sticker"
)
_NUMBER = r"(?i:numbers?|no|nr|num|nbr|id|ref|code|serial|reference|card)\b\.?"
_TOKEN = (
    r"(?P<x>(?=[\w/.-]{0,24}\d)[A-Za-z0-9][\w/.-]{2,30}(?<![./-])(?:[ ](?=\d{2,6}\b)\d{2,6}){0,4}"
    r"(?:[ ]\d?[A-Z]\d{0,2}\b)?)"
)
_RECORD = (
    rf"{_RECORDS.pattern}(?:\s?{_NUMBER}){{0,2}}(?:\s(?i:is)\b)?[\s:#.=-]{{0,4}}(?:[(\[](?=[\d-]{{4,}}[)\]]))?"
    rf"{_TOKEN}"
)
_PAPER = (
    rf"{_PAPERS.pattern}\.?(?:(?:\s{_NUMBER}){{1,2}}(?:\s(?i:is)\b)?[\s:#.=-]{{1,4}}|\s?#\s?|:\s?){_TOKEN}"
)
_CODE = r"(?P<x>(?=[\w/.-]{0,24}\d)[A-Za-z0-9][\w/.-]{3,30}(?<![./-]))(?!\w|\.\d|\s?%)"
_PAPER_CODE = rf"{_PAPERS.pattern},?\s(?:(?i:is|was|ending|from)\s)?{_CODE}(?!\s?{UNIT}\b)"
_ANY_NUMBER = (
    r"(?<![\w-])(?:(?i:no|nr|num|number)\b\.?:?\s|(?i:no|nr|num|number)\b[:.]\s?|I[Dd]\b[:.#\s]{1,2}|#\s?"
    r"|(?i:id|ref|s/n)[:#]\s?)"
    rf"{_CODE}(?!\s?{UNIT}\b)"
)
_SECRETS = Cue(
    "key safe|keysafe|key code|keycode|key box|door code|access code|entry code|gate code|safe code|lockbox"
    "|lock box|pin|passcode"
    "|alarm code|password|security code|card ending|card ending in|ending in|card no ending|account ending"
    "|acct ending"
    "|visa|mastercard|amex|visa ending|mastercard ending|last four|last 4|last four digits|last 4 digits"
    "|cvv|sort code"
    "|combination|locker|badge|collar|warrant|unit no"
)
_SECRET = (
    rf"{_SECRETS.pattern}(?:\s(?i:no|number|code|is|in|ending|digits|of card)\b\.?){{0,2}}[:#\s]{{1,3}}"
    r"(?P<x>\d{2}-\d{2}-\d{2}|[A-Z]?\d{4,8}[A-Z]?|\d{3})(?!\w|[/%]|\.\d|-\d)"
)
_VEHICLE = Cue(
    "reg|registration|licence plate|license plate|number plate|plate|plates|vehicle|car|van|ambulance|taxi"
    "|lorry|motorbike|rego"
    "|reg no|truck|okada|keke|scooter|bike"
)
_PLATE = (
    rf"{_VEHICLE.pattern}(?:\s(?i:reg|registration|rego|no|number|plate|is)\b){{0,2}}\.?,?[:#\s(]{{1,3}}"
    r"(?P<x>(?=[A-Z0-9 -]{0,9}\d)(?=[0-9 -]{0,9}[A-Z])[A-Z0-9]{1,4}[ -]?[A-Z0-9]{2,4}"
    r"(?:[ -][A-Z0-9]{1,4})?)\b"
)
_SSN = r"\d(?<![\w.-]\d)\d\d-\d\d-\d{4}(?![\w-]|\.\d)"
_NHS = r"\d(?<![\w.-]\d)\d\d[ -]\d{3}[ -]\d{4}(?![\w-]|\.\d)"
_LONG = (
    rf"\d(?<![\w.,/]\d)\d{{6,40}}[A-Za-z]?(?!\w|[.,]\d)(?!\s?(?:{UNIT}\b|/|%))"
    r"|\d(?<![\w.,/]\d)\d{3}(?:[ -]\d{4}){3}(?!\w)"
)
_MIXED = r"[A-Z](?<![\w].)(?<!\w[./-].)[A-Z]{0,3}-?\d{6,20}[A-Z]{0,2}(?!\w)"
# Letters and digits in groups: S23-0049182, NQ-20931-7, 88213-AX, PL/7731/22.
_GROUPS = (
    r"[A-Z](?<![\w./+-].)[A-Z]{0,4}\d{0,4}(?:-[A-Z0-9]{1,10}){1,4}(?![\w/]|[.-]\d)"
    r"|[A-Z](?<![\w./+-].)[A-Z]{0,4}\d{0,4}(?:/[A-Za-z0-9]{2,10}){2,4}(?![\w/]|[.-]\d)"
    r"|\d(?<![\w./+-]\d)\d{1,9}(?:[-/][A-Z0-9]{1,10}){1,3}(?![\w/]|[.-]\d)"
)
_NATIONAL = (
    r"[A-Z](?<![\w./-].)[A-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)"  # British insurance
    r"|[A-Z](?<![\w./-].)[A-Z9]{4} ?\d{6} ?[A-Z9]{2}\d[A-Z]{2}(?!\w)"  # British driving licence
    r"|\d(?<![\w./-]\d)\d[A-Z]\d{4}[A-Z](?!\w)"  # British nurse
    r"|\d(?<![\w./-]\d)[A-Z][A-Z\d]\d-?[A-Z][A-Z\d]\d-?[A-Z]{2}\d\d(?!\w)"  # Medicare of the United States
    r"|\d(?<![\w./-]\d)\d{3} \d{5} \d(?:[ /-]\d)?(?!\w|[.-]\d)"  # Medicare of Australia
    r"|[2-9](?<![\w./-].)\d{3}[ -]\d{4}[ -]\d{4}(?![\w]|[ .-]\d)"  # Aadhaar
    # Ontario
    r"|\d(?<![\w./-]\d)\d{3}-\d{3}-\d{3}(?:-?[A-Z]{2})?(?![\w-])"
    r"|\d(?<![\w./-]\d)\d{3} \d{3} \d{3} [A-Z]{2}(?!\w)"
    # South Africa; Nordic
    r"|\d(?<![\w./-]\d)\d{5} \d{4} \d{3}(?!\w|[.-]\d)|\d(?<![\w./-]\d)\d{5}-\d{4}(?!\w|[.-]\d)"
    r"|\d(?<![\w./-]\d)\d{6} ?[A-W][A-I]?(?!\w)"  # Ireland
    r"|[A-Z](?<![\w./-].)[A-Z]\d\d(?: [A-Z\d]{4}){3,7}(?: [A-Z\d]{1,3})?(?!\w)"  # IBAN
    r"|[A-Z](?<![\w./-].)[A-Z]{4}\d{4}[A-Z](?!\w)"  # Indian tax
    # vehicle
    r"|[A-HJ-NPR-Z\d](?<![\w./-].)(?=[A-Z]{0,12}\d)(?=\d{0,12}[A-Z])(?=(?:[A-Z]*\d){5})[A-HJ-NPR-Z\d]{16}"
    r"(?!\w)"
)
_QUANTITY = re.compile(r"\d{1,4}(?:\.\d{1,3})?[-/]\d{1,4}(?:\.\d{1,3})?|\d+\.\d+")
# "17-0453", "24-1182" and "2023-118" are no ranges.
_NO_RANGE = re.compile(r"\d{1,4}[-/](?:0\d{1,3}|\d\d(?!00)\d\d)|20\d\d[-/]\d{3,4}")
_DATE = re.compile(
    r"\d{1,2}([-./])\d{1,2}\1(?:\d\d|(?:19|20)\d\d)|(?:19|20)\d\d([-./])\d{1,2}\2\d{1,2}(?:T[\d:]*)?|(?:19"
    r"|20)\d\d(?:[-/]\d\d(?:\d\d)?)?s?"
    r"|\d{1,2}-?[A-Za-z]{3}-?(?:19|20)?\d\d|\d{1,2}/(?:19|20)\d\d"
)
_AMOUNT = re.compile(
    rf"[\d.,]+(?:-[\d.]+)?(?:{UNIT}|st|nd|rd|th|yrs?|y|yo|hrs?|h|d|k|K|x|s|w|m|M|F|C|am|pm|kV|V|mA|Fr|G"
    rf"|gauge|mm|fold|week|month|day|year)?"
    rf"|\d+(?:-(?:week|month|day|year|hour|point|item|lead|pin|step|fold|min)\w*)+"
    r"|(?:HLA|IL|CD|CA|HPV|PHQ|GAD|NCT|ISBN|DSM|ICD|BMS|MK|FEV|COX|SARS|COVID|LP|GLP|SGLT|TNF|BRCA|CYP|EQ"
    r"|SF|WHO|QIDS|EPDS)-?[\dA-Za-z/-]*"
)
_CLINICAL = re.compile(
    r"BP|HR|RR|CD|HPV|HLA|SF|PHQ|GAD|NCT|ICD|DSM|ISBN|PMID|DOI|PO|OD|OS|OU|IL|CA|TNM|GCS|NEWS|ECOG"
)


def _is_identifier(match: re.Match[str]) -> bool:
    """Two digits or more, and no range, fraction, decimal or date ("ref: 3.5-5.0")."""
    token = str(match["x"])
    digits = sum(map(str.isdigit, token))
    return (
        digits >= 2
        and not (_QUANTITY.fullmatch(token) and not _NO_RANGE.fullmatch(token))
        and not _DATE.fullmatch(token)
    )


def _is_record(match: re.Match[str]) -> bool:
    """After the cue of a record also two whole numbers that fall or are long: "MRN 4711-22" is no range."""
    pair = re.fullmatch(r"(\d{1,4})-(\d{1,4})", match["x"])
    if pair is None or _DATE.fullmatch(match["x"]):
        return _is_identifier(match)
    first, second = pair.groups()
    digits = len(first) + len(second)
    return _is_identifier(match) or digits > 5 or (digits == 5 and int(first) > int(second))


def _is_code(match: re.Match[str]) -> bool:
    """What may follow a cue at once: letters with three digits, or five digits; no amount, date or year."""
    token = str(match["x"])
    digits = sum(map(str.isdigit, token))
    if (_AMOUNT.fullmatch(token) and digits < 5) or _DATE.fullmatch(token):
        return False
    if _QUANTITY.fullmatch(token):
        return _NO_RANGE.fullmatch(token) is not None
    if _AMOUNT.fullmatch(token) and not token.isdigit():
        return False
    letters = any(map(str.isalpha, token))
    return (letters and digits >= 3 and not re.fullmatch(r"[a-z-]+\d?[a-z-]*", token)) or (
        digits >= 5 and not token.endswith("000")
    )


def _is_grouped(match: re.Match[str]) -> bool:
    """A capital letter and five digits or more, three of them together; no result begins with its letters."""
    token = match.group()
    letters = re.match(r"[A-Z]*", token)
    assert letters
    digits = sum(map(str.isdigit, token))
    joined = re.search(r"\d{3}", token) is not None
    last = re.split(r"[-/]", token)[-1]
    return (
        digits >= (6 if "/" in token else 5)
        and joined
        and re.search(r"[A-Z]", token) is not None
        and not _CLINICAL.fullmatch(letters.group())
        and last not in {"IU", "MG", "ML", "G", "MCG", "U", "X", "KG", "CM", "MM"}
        and not _DATE.fullmatch(token)
        and not re.search(r"(?i:[-/](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))", token)
    )


def _is_secret(match: re.Match[str]) -> bool:
    """Three digits only after "cvv"; a year never after "ending in"."""
    number, cue = match["x"], match.group()[:4].lower()
    if len(number) == 3:
        return cue == "cvv "
    return not (cue == "endi" and re.fullmatch(r"(?:19|20)\d\d", number))


def _is_plate(match: re.Match[str]) -> bool:
    """Two letters and two digits at least."""
    plate = match["x"]
    code = re.fullmatch(r"[A-Z]\d\d-[A-Z]\d\d", plate)  # a range of ICD-10
    return code is None and sum(map(str.isdigit, plate)) >= 2 and sum(map(str.isalpha, plate)) >= 2


CUED = (
    Rule("ID", re.compile(_SSN)),
    Rule("ID", re.compile(_RECORD), cue=_RECORDS, holds=_is_record),
    Rule("ID", re.compile(_PAPER), cue=_PAPERS, holds=_is_identifier),
    Rule("ID", re.compile(_PAPER_CODE), cue=_PAPERS, holds=_is_code),
    Rule(
        "ID",
        re.compile(_ANY_NUMBER),
        needs=re.compile(r"(?i:no|nr|num|id|ref|s/n)\b|(?i:number)|#"),
        holds=_is_code,
    ),
    Rule("ID", re.compile(_SECRET), cue=_SECRETS, holds=_is_secret),
    Rule("ID", re.compile(_PLATE), cue=_VEHICLE, holds=_is_plate),
    Rule("ID", re.compile(_NATIONAL)),
)
BARE = (
    Rule("ID", re.compile(_NHS)),
    Rule("ID", re.compile(_LONG)),
    Rule("ID", re.compile(_MIXED)),
    Rule("ID", re.compile(_GROUPS), needs=re.compile(r"\w[-/]\w"), holds=_is_grouped),
)

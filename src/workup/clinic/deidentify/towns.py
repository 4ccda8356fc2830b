"""Towns, and hospitals, practices, schools and homes by name.

A town of our list that is no other word is taken wherever it stands; one that is also a word, a name or an
eponym ("Bath", "Bradford", "Glasgow") only after a cue, and an unlisted one only after a strong cue ("lives
in").
"""

from __future__ import annotations

import re

from workup.clinic.deidentify.rules import Cue, Rule
from workup.clinic.deidentify.words import (
    LETTER,
    OF_A_DISEASE,
    WORD,
    is_free,
    is_given,
    is_kept_town,
    is_listed,
    is_ordinary,
    is_surname,
    is_town,
    is_vocabulary,
    towns,
)

STATE = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT"
    r"|V[AT]"
    r"|W[AIVY])"
)
ZIP = r"\d{5}(?:-\d{4})?(?!\d)"
# The last two letters of a British postcode are never C, I, K, M, O or V: "B12 5MG" and "T4 2CM" are none.
POSTCODE = (
    r"[A-PR-UWYZ](?<![\w/.].)(?:[A-HK-Y]?\d{1,2}|\d[A-HJKS-UW]|[A-HK-Y]\d[ABEHMNPRVWXY])"
    r" \d[ABD-HJLNP-UW-Z]{2}(?!\w)"
)
EIRCODE = r"[AC-FHKNPRTV-Y](?<![\w/.].)\d[\dW] (?=[A-Z\d]{0,3}\d)(?=\d{0,3}[A-Z])[\dAC-FHKNPRTV-Y]{4}(?!\w)"
CANADIAN = r"[ABCEGHJ-NPRSTVXY](?<![\w/.].)\d[A-CEGHJ-NPRSTV-Z] \d[A-CEGHJ-NPRSTV-Z]\d(?!\w)"
_PROVINCE = r"(?:NSW|VIC|Vic|QLD|Qld|WA|SA|TAS|Tas|ACT|NT|ON|QC|BC|AB|MB|SK|NS|NB|NL|PE)"
# What may follow a town: "Fresno, CA 93650", "Perth WA 6000", "Leeds LS6 2QT", "Chennai - 600 042".
AFTER_TOWN = (
    rf"(?:(?:,?\s(?:{STATE}|{_PROVINCE})\b)?,?(?:\s|\s?[-–]\s?)(?:{ZIP}|{POSTCODE}|{EIRCODE}|{CANADIAN}"
    rf"|\d{{3}}\s?\d{{3}}\b"
    rf"|\d{{4}}(?!\w|[/.:-]\d))|,?\s{STATE}\b)"
)

_WRITTEN = towns()
_KEPT = Cue("|".join(name for name in _WRITTEN))
_KEPT_TOWN = rf"{_KEPT.pattern}(?!['’-]?\w)"
_TOWN_TAIL = rf"(?:, (?:{_KEPT.either}))?{AFTER_TOWN}?"
_LIVING = Cue(
    "lives in|live in|lived in|living in|lives at|lives near|living at|living near|lives alone in"
    "|lives alone at"
    "|resides in|residing in|resides at|resident of|resident in|moved to|moving to|moved from|born in"
    "|native of"
    "|home in|house in|flat in|hometown|hometown is|originally from|from|based in|traveled to|travelled to"
    "|traveled from|travelled from|visiting|works in|working in|address|transferred to|transferred from"
    "|flew from"
    "|flew in from|flew to|drove from|relocated to|retired to|grew up in|raised in|stays in|staying in"
    "|stationed in"
    "|back to|back in|holiday in|holidays in|trip to|family in|daughter in|son in|sister in|brother in"
    "|settled in"
    "|town|city|village|suburb|county|birthplace|place of birth|pob|emigrated to|returned to|currently in"
    "|clinic in"
    "|hospital in|practice in|prison in|school in|university in|employed in|arrested in|found in|collapsed in"
)
_UNLISTED = (
    rf"{_LIVING.pattern}:?\s(?P<x>(?:St\.? )?(?P<first>{WORD})"
    rf"(?:[ -](?:upon[ -]|on[ -]|le[ -]|de[ -])?{WORD}){{0,2}})"
)
_LOWER = rf"{_LIVING.pattern}:?\s(?P<x>(?P<first>(?!(?-i:[A-Z])){LETTER}{{4,20}}))(?![\w-])"
_NEAR = Cue("in|near|via|outside|around|at|to|towards|nr|through|across|of")
_CUED = (
    rf"{_NEAR.pattern}\s(?:central |north |south |east |west |greater |downtown "
    rf"|nearby )?(?P<x>(?P<first>{WORD})(?: {WORD})?{_TOWN_TAIL})"
)
_COUNTY = (
    r"(?<!\w)(?:Co\.?|County) (?P<first>[A-Z][a-z]{3,10})(?!\w)|(?<!\w)[A-Z][a-z]{2,12} (?:County|Shire"
    r"|Borough|Township)(?!\w)"
)
_COUNTIES = Cue("co|county|borough|township")
_TOWN_STATE = (
    rf"(?<!\w)(?P<first>{WORD})(?: {WORD}){{0,2}}(?:, (?P<code>{STATE})(?![\w-])|,?\s{STATE},?\s{ZIP}"
    rf"|,?\s{_PROVINCE},?\s(?:\d{{4}}|{CANADIAN})(?!\w))"
)
_TOWN_CODE = rf"(?<!\w)(?P<first>{WORD})(?:[ -]{WORD}){{0,2}},? (?:{POSTCODE}|{EIRCODE}|{CANADIAN})"

_HOUSE = Cue(
    "hospital|infirmary|clinic|surgery|hospice|centre|center|practice|pharmacy|home|school|college|chemist"
    "|chemists"
    "|university|prison|academy|nursery|infants|juniors|hmp|kindergarten|preschool|medicine|polyclinic|gp"
    "|lodge"
    "|trust|church|mosque|temple|gurdwara|synagogue|barracks|brewery|mill|shelter|hostel|associates"
    "|maternity|house"
    "|court|manor|grange|cottage|villa|hall|yard|farm|factory|plant|rehab|general|depot|works|mills|sanatorium|dispensary"
    "|institute|village"
)
_HOUSES = (
    r"(?:Hospital|Infirmary|Clinic|Surgery|Hospice|Pharmacy|Chemists?|School|College|University|Prison"
    r"|Academy|Nursery"
    r"|Infants|Juniors|Kindergarten|Preschool|Polyclinic|Sanatorium|Maternity|Institute"
    r"|(?:(?:Community|Primary|Urgent|Family|Walk-in|Treatment|Detention|Dialysis|Cancer|Trauma"
    r"|Rehab(?:ilitation)?"
    r"|Leisure|Shopping|Wellness|Medical|Health|Care|Day|Children['’]?s|Birth(?:ing)?|Heart"
    r"|Eye) ){1,2}(?:Centre|Center)"
    r"|(?:(?:Medical|Dental|Family|GP|Group) )?Practice|Family Medicine|GP|(?:Medical|Health) Associates"
    r"|(?:Care|Nursing|Residential|Rest|Retirement|Children['’]?s) Home|Retirement Village"
    r"|(?:NHS )?(?:Foundation )?Trust"
    r"|Church|Mosque|Temple|Gurdwara|Synagogue|Barracks|Hostel|Shelter|Rehab|General)\b"
)
_PROPER = rf"{WORD}(?:['’]s?)?"
_IN_TOWN = rf"(?:, (?:{_KEPT.either}))?"
_INSTITUTION = (
    rf"(?<!\w)(?:St\.? |The )?(?P<name>{_PROPER}(?: (?:of |& "
    rf"|and )?{_PROPER}){{0,3}}?) {_HOUSES}(?: {_HOUSES}){{0,2}}{_IN_TOWN}"
    rf"|(?<!\w)(?:HMP|HMYOI|RAF|Gurdwara|Masjid|University of|Royal College of) (?P<prison>{WORD})"
)
_LOWER_HOUSES = (
    r"(?:hospital|infirmary|clinic|surgery|hospice|pharmacy|chemist|school|college|university|prison"
    r"|nursery|infants"
    r"|gp|gp surgery|practice|medical practice|medical cent(?:re|er)|health cent(?:re|er)|nursing home"
    r"|care home"
    r"|rest home|residential home|day cent(?:re|er)|primary|high school|yard|farm|factory|plant|depot|mill"
    r"|shipyard|barracks)\b"
)
_LOWER_INSTITUTION = rf"(?<!\w)(?P<first>{WORD})(?:['’]s)? (?:{WORD} )?{_LOWER_HOUSES}{_IN_TOWN}"
_SAINT = rf"(?<!\w)(?:St\.?|Saint) {WORD}['’]s(?!\w| (?i:dance|fire|wort)| {_HOUSES})"
_DWELLING = Cue(
    "lives at|living at|resident at|resident of|stays at|staying at|at|to|from|discharged to|transferred to"
    "|home is"
)
_DWELLINGS = (
    r"(?:House|Lodge|Court|Manor|Grange|Cottage|Villas?|Hall|Farm|Gardens|View|Heights|Towers?|Mews|Lea|Mead)"
)
_HOME = rf"{_DWELLING.pattern}\s(?P<x>(?:The |Old )?(?P<first>{_PROPER})(?: {_PROPER})? {_DWELLINGS}\b)"
_NAMED_STREET = re.compile(
    "Street|Road|Lane|Avenue|Park|Church|Mill|Station|Market|Bridge|High|Castle|Hill|Green|Mercy|Memorial"
    "|Queen|King|Prince|Princess|Cedar|Oak|Ridge|Valley|Lake|River|Grove|Sacred|Holy|Hope|Grace|Rose"
)
_EMPLOYER = Cue(
    "employer|employed by|employed at|works at|works for|employed with|school|attends school at|practice"
)
_EMPLOYED = rf"{_EMPLOYER.pattern}(?::\s?|\s)(?P<x>(?P<first>{_PROPER})(?: (?:& |and )?{_PROPER}){{0,2}})"


def _starts(match: re.Match[str]) -> bool:
    """Begins like a name, and what follows makes it no eponym."""
    return match.group()[0].isupper() and OF_A_DISEASE.match(match.string, match.end()) is None


def _is_clear_town(match: re.Match[str]) -> bool:
    """A town that is no other word; those of several words are clear when each has its capital."""
    text = match.group()
    if not _starts(match):
        return False
    first = re.split(r"[ ,]", text)[0]
    if re.match(r"[^,\d]+ [A-Z]", text) and not is_kept_town(first):
        return True
    return len(first) > 3 and is_free(first) and not is_given(first) and not is_surname(first)


def _is_unlisted_town(match: re.Match[str]) -> bool:
    """A capitalised word that is no country, weekday, eponym or plain word; or a listed town."""
    first = match["first"]
    if OF_A_DISEASE.match(match.string, match.end("first")):
        return False
    return is_kept_town(first) or (is_free(first) and not first.isupper())


def _is_lower_town(match: re.Match[str]) -> bool:
    first = match["first"]
    return first.islower() and is_kept_town(first) and not is_vocabulary(first)


def _is_cued_town(match: re.Match[str]) -> bool:
    first = match["first"]
    if not is_town(first) or OF_A_DISEASE.match(match.string, match.end("first")):
        return False
    inside = match.group()[:2].lower() in {"in", "ne", "nr", "ou"}
    return inside or (is_free(first) and not is_given(first))


def _is_county(match: re.Match[str]) -> bool:
    first = match["first"]
    return first is None or is_town(first) or is_surname(first)


def _is_town_of_state(match: re.Match[str]) -> bool:
    """With a ZIP code any; before two letters that could be a word or a degree only a listed town."""
    first, code = match["first"], match["code"]
    if code is None:
        return not is_ordinary(first) or is_kept_town(first)
    return is_kept_town(first) or (
        code
        not in {
            "MD",
            "PA",
            "CT",
            "MS",
            "ME",
            "IN",
            "OR",
            "OK",
            "HI",
            "MA",
            "LA",
            "DE",
            "AL",
            "ID",
            "CO",
            "DC",
            "MO",
        }
        and is_free(first)
        and not first.isupper()
    )


def _is_town_of_code(match: re.Match[str]) -> bool:
    return is_kept_town(match["first"]) or is_free(match["first"])


def _is_named(match: re.Match[str]) -> bool:
    """ "Oakfield Surgery" and "Station Road Surgery", not "Cataract Surgery" or "Primary School"."""
    if match["prison"]:
        return not is_vocabulary(match["prison"])
    words = re.findall(r"[\w-]+", match["name"])
    return any(
        (
            len(word) > 2
            and not is_ordinary(word)
            and (is_listed(word) or is_kept_town(word) or not is_vocabulary(word))
        )
        or _NAMED_STREET.fullmatch(word) is not None
        for word in words
    )


def _is_named_first(match: re.Match[str]) -> bool:
    first = re.sub(r"['’]s?$", "", match["first"])
    known = len(first) > 5 or is_listed(first) or is_kept_town(first)
    return known and not first.isupper() and (is_free(first) or is_kept_town(first))


def _is_dwelling(match: re.Match[str]) -> bool:
    first = re.sub(r"['’]s?$", "", match["first"])
    return not is_vocabulary(first) or first in {
        "Rose",
        "Oak",
        "Willow",
        "Church",
        "Mill",
        "Orchard",
        "Ivy",
        "Holly",
    }


RULES = (
    Rule("ADDRESS", re.compile(_SAINT), among=frozenset({"st", "saint"})),
    Rule("ADDRESS", re.compile(_INSTITUTION), among=_HOUSE.words, holds=_is_named),
    Rule("ADDRESS", re.compile(_LOWER_INSTITUTION), among=_HOUSE.words, holds=_is_named_first),
    Rule("ADDRESS", re.compile(_HOME), cue=_DWELLING, holds=_is_dwelling),
    Rule("ADDRESS", re.compile(_EMPLOYED), cue=_EMPLOYER, holds=_is_named_first),
    Rule("ADDRESS", re.compile(_TOWN_STATE), needs=re.compile(r",? [A-Z]{2,3}\b"), holds=_is_town_of_state),
    Rule("ADDRESS", re.compile(_TOWN_CODE), needs=re.compile(r"\b[A-Z]\d[\dA-Z]? ?"), holds=_is_town_of_code),
    Rule("ADDRESS", re.compile(_UNLISTED), cue=_LIVING, holds=_is_unlisted_town),
    Rule("ADDRESS", re.compile(_LOWER), cue=_LIVING, holds=_is_lower_town),
    Rule("ADDRESS", re.compile(_CUED), cue=_NEAR, holds=_is_cued_town),
    Rule("ADDRESS", re.compile(_COUNTY), among=_COUNTIES.words, holds=_is_county),
    Rule("ADDRESS", re.compile(rf"{_KEPT_TOWN}{_TOWN_TAIL}"), cue=_KEPT, holds=_is_clear_town),
)

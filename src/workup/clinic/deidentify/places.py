"""Addresses: streets, postal codes, towns after a cue, hospitals, practices and schools by name.

Safe Harbor, 45 CFR 164.514(b)(2)(i)(B), removes every geographic unit smaller than a state. Countries, states
and what their people are called stay.
"""

from __future__ import annotations

import re

from workup.clinic.deidentify.rules import Cue, Rule
from workup.clinic.deidentify.words import WORD, is_free, is_ordinary

_STREET = Cue(
    "street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|close|crescent|cres|place|pl|boulevard|blvd|way"
    "|terrace|square|sq|gardens|gdns|grove|hill|row|mews|parade|highway|hwy|parkway|pkwy|walk|rise|green"
    "|quay|circle|trail|park|view|wharf|vale|gate|pike|loop|bend"
)
_ANY_STREET = "|".join(sorted((word.title() for word in _STREET.words), key=len, reverse=True))
_UNIT = r"(?:(?i:apt|apartment|flat|unit|suite|ste|room|no)\b\.? ?|# ?)\w{1,5}"
_STATE = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]"
    r"|W[AIVY])"
)
_ZIP = r"\d{5}(?:-\d{4})?(?!\d)"
# The last two letters of a British postcode are never C, I, K, M, O or V: "B12 5MG" and "T4 2CM" are none.
_POSTCODE = (
    r"[A-PR-UWYZ](?<![\w/.].)(?:[A-HK-Y]?\d{1,2}|\d[A-HJKS-UW]|[A-HK-Y]\d[ABEHMNPRVWXY])"
    r" \d[ABD-HJLNP-UW-Z]{2}(?!\w)"
)
_TAIL = (
    rf"(?:,? {_UNIT}(?!\w))?(?:,\s(?:\d{{4,5}} )?{WORD}(?: {WORD}){{0,2}}){{0,3}}(?:,?\s{_STATE}\b)?"
    rf"(?:,?\s(?:{_ZIP}|{_POSTCODE}))?"
)
_STREETS = (
    rf"(?:{_UNIT},? )?\d(?<![\w/.]\d)\d{{0,4}}[A-Za-z]?,? (?:[NSEW]\.? )?"
    rf"(?:(?:{WORD}|St\.?|\d{{1,3}}(?:st|nd|rd|th)) ){{1,3}}"
    rf"(?:{_ANY_STREET})\b\.?{_TAIL}"
)
_ENDINGS = ("straße", "strasse", "straat", "weg", "gasse", "platz", "allee", "laan", "plein", "gatan")
_GERMANIC = rf"{WORD}(?:{'|'.join(f'(?<={ending})' for ending in _ENDINGS)}) \d{{1,4}}[a-z]?\b{_TAIL}"
_ROMANCE = Cue(
    "rue|avenue|boulevard|place|allée|chemin|impasse|calle|via|avenida|rua|carrera|piazza|plaza|ulica"
)
_OF = r"(?:de la |de l'|du |des |de |del |della |da |d')?"
_FRENCH = rf"\d(?<![\w/.]\d)\d{{0,3}}(?: bis| ter)?,? {_ROMANCE.pattern} {_OF}{WORD}(?: {WORD}){{0,2}}{_TAIL}"
_SPANISH = rf"{_ROMANCE.pattern} {_OF}{WORD}(?: {WORD}){{0,2}},? \d{{1,4}}(?![\w/.%]){_TAIL}"
_BOX = r"\b(?i:P\.?\s?O\.? box)\s\d{1,6}\b"
_TOWN_AND_ZIP = rf"(?<!\w){WORD}(?: {WORD}){{0,2}},?\s{_STATE},?\s{_ZIP}"
_CODE = Cue("zip|zip code|zipcode|postal code|postcode|plz")
_CODE_CUED = rf"{_CODE.pattern}[:\s]{{1,2}}(?P<x>{_ZIP}|[A-Z]{{1,2}}\d[A-Z0-9]? ?\d[A-Z]{{2}}\b)"

_LIVING = Cue(
    "lives in|live in|lived in|living in|lives at|lives near|living at|living near|lives alone in"
    "|lives alone at|resides in|residing in|resides at|resident of|moved to|moving to|born in|native of"
    "|home in|hometown|hometown is|originally from|from|based in|traveled to|travelled to|traveled from"
    "|travelled from|visiting|works in|working in|address|transferred to"
)
_TOWN = (
    rf"{_LIVING.pattern}:?\s(?P<x>(?:St\.? )?(?P<first>{WORD})"
    rf"(?:[ -](?:upon[ -]|on[ -]|le[ -]|de[ -])?{WORD}){{0,2}})"
)
_HOUSE = Cue(
    "hospital|infirmary|clinic|surgery|hospice|centre|center|practice|pharmacy|home|school|college"
    "|university|prison|academy|nursery"
)
_HOUSES = (
    r"(?:Hospital|Infirmary|Clinic|Surgery|Hospice|(?:Medical|Health|Care|Day) (?:Centre|Center)"
    r"|(?:Medical )?Practice|Pharmacy|(?:Care|Nursing|Residential) Home|School|College|University|Prison"
    r"|Academy|Nursery)\b"
)
_PROPER = rf"{WORD}(?:['’]s?)?"
_INSTITUTION = rf"(?<!\w)(?:St\.? |The )?(?P<name>{_PROPER}(?: (?:of |& |and )?{_PROPER}){{0,3}}?) {_HOUSES}"
_STREET_WORDS = frozenset(word.title() for word in _STREET.words)


def _is_town(match: re.Match[str]) -> bool:
    """A capitalised word that is no country, weekday, eponym or plain word."""
    return is_free(match["first"]) and not match["first"].isupper()


def _is_named(match: re.Match[str]) -> bool:
    """ "Oakfield Surgery" and "Station Road Surgery", not "Cataract Surgery" or "Primary School"."""
    words = re.findall(r"[\w-]+", match["name"])
    return any((len(word) > 2 and not is_ordinary(word)) or word in _STREET_WORDS for word in words)


RULES = (
    Rule("ADDRESS", re.compile(_STREETS), among=_STREET.words),
    Rule("ADDRESS", re.compile(_GERMANIC), needs=re.compile("|".join(_ENDINGS))),
    Rule("ADDRESS", re.compile(_FRENCH), among=_ROMANCE.words),
    Rule("ADDRESS", re.compile(_SPANISH), cue=_ROMANCE),
    Rule("ADDRESS", re.compile(_BOX), among=frozenset({"box"})),
    Rule("ADDRESS", re.compile(_TOWN_AND_ZIP), needs=re.compile(rf"[A-Z]{{2}},?\s{_ZIP}")),
    Rule("ADDRESS", re.compile(_CODE_CUED), cue=_CODE),
    Rule("ADDRESS", re.compile(_POSTCODE)),
    Rule("ADDRESS", re.compile(_TOWN), cue=_LIVING, holds=_is_town),
    Rule("ADDRESS", re.compile(_INSTITUTION), among=_HOUSE.words, holds=_is_named),
)

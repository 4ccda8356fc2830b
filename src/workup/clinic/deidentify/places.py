"""Addresses: streets with and without a number, boxes, postal codes.

Safe Harbor, 45 CFR 164.514(b)(2)(i)(B), removes every geographic unit smaller than a state. Countries, states
and what their people are called stay.
"""

from __future__ import annotations

import re

from workup.clinic.deidentify.rules import Cue, Rule
from workup.clinic.deidentify.towns import CANADIAN, EIRCODE, POSTCODE, STATE, ZIP
from workup.clinic.deidentify.words import WORD

_STREET = Cue(
    "street|st|str|road|rd|avenue|ave|av|lane|ln|drive|dr|drv|court|ct|crt|close|cl|crescent|cres|cr|place|pl"
    "|boulevard|blvd|way|terrace|tce|terr|square|sq|gardens|gdns|garden|grove|hill|row|mews|parade|pde"
    "|highway|hwy"
    "|parkway|pkwy|walk|rise|green|quay|circle|cir|trail|park|view|wharf|vale|gate|pike|loop|bend|yard|brae"
    "|wynd"
    "|crossing|cove|trace|ridge|path|passage|heights|meadow|meadows|fields|field|cottages|buildings|mount"
    "|bank"
    "|esplanade|promenade|broadway|circuit|alley|approach|common|croft|dale|end|mall|plaza|point|villas"
    "|cottage"
    "|nagar|colony|marg|chowk|layout|salai|extension|cross|estate|house|turnpike|strand|freeway|expressway"
    "|mile"
)
_ANY_STREET = "|".join(sorted((word.title() for word in _STREET.words), key=len, reverse=True))
_UNIT = r"(?:(?i:apt|apartment|flat|unit|suite|ste|room|no|block|plot|villa|house)\b\.? ?|# ?)[\w/-]{1,6}"
_TAIL = (
    rf"(?:,? {_UNIT}(?!\w))?(?:,\s(?:\d{{4,5}} )?{WORD}(?: {WORD}){{0,2}}){{0,3}}(?:,?\s{STATE}\b)?"
    rf"(?:,?\s(?:{ZIP}|{POSTCODE}|{EIRCODE}|{CANADIAN}|\d{{4}}(?=\s?(?:$|[.,;)]))|\d{{3}} ?\d{{3}}(?!\d)))?"
)
_NAMED = rf"(?:{WORD}(?:['’]s?)?|St\.?|\d{{1,3}}(?:st|nd|rd|th))"
_STREETS = (
    rf"(?:{_UNIT},? |(?i:unit|flat|apt|apartment"
    rf"|shop) )?\d(?<![\w/.]\d)\d{{0,4}}(?:[-/]\d{{1,4}})?[A-Za-z]?,? (?:[NSEW]{{1,2}}\.? |(?:North|South"
    rf"|East|West) )?"
    rf"(?:{_NAMED} ){{1,3}}"
    rf"(?:{_ANY_STREET})\b\.?{_TAIL}"
)
_ROADS = r"(?:Street|Road|Rd|Lane|Avenue|Ave|Crescent|Boulevard|Blvd|Terrace|Parade|Highway)"
_UNNUMBERED = (
    rf"(?<![\w/.])(?:(?:The )?{WORD}(?: {WORD})?, )?(?P<name>{_NAMED})(?: {_NAMED})? {_ROADS}\b\.?(?! "
    rf"(?:Surgery|Practice)){_TAIL}"
)
_LOWER_STREET = (
    r"\d(?<![\w/.]\d)\d{0,3}[a-z]?,? (?P<name>[a-z'’]{3,20})(?: (?P<more>[a-z'’]{3,20}))?"
    r" (?:street|road|rd|lane|avenue|ave|crescent|boulevard|blvd|close|terrace)(?!\w)"
)
_ENDINGS = ("straße", "strasse", "straat", "weg", "gasse", "platz", "allee", "laan", "plein", "gatan")
_GERMANIC = rf"{WORD}(?:{'|'.join(f'(?<={ending})' for ending in _ENDINGS)}) \d{{1,4}}[a-z]?\b{_TAIL}"
_ROMANCE = Cue(
    "rue|avenue|boulevard|place|allée|chemin|impasse|calle|via|avenida|rua|carrera|piazza|plaza|ulica"
)
_OF = r"(?:de la |de l'|du |des |de |del |della |da |d')?"
_FRENCH = rf"\d(?<![\w/.]\d)\d{{0,3}}(?: bis| ter)?,? {_ROMANCE.pattern} {_OF}{WORD}(?: {WORD}){{0,2}}{_TAIL}"
_SPANISH = rf"{_ROMANCE.pattern} {_OF}{WORD}(?: {WORD}){{0,2}},? \d{{1,4}}(?![\w/.%]){_TAIL}"
_BOX = (
    r"\b(?i:(?:g\.?)?p\.?\s?o\.?\s?box|private bag|locked bag|p\.m\.b\.?|pmb)\s(?:no\.?\s)?[A-Z]?\d{1,6}\b"
    + _TAIL
)
_CODE = Cue("zip|zip code|zipcode|postal code|postcode|post code|plz|eircode|pin|pin code|pincode")
_CODE_CUED = (
    rf"{_CODE.pattern}(?:\sis)?[:\s]{{1,2}}(?P<x>{ZIP}|\d{{3}} ?\d{{3}}\b|\d{{4}}\b"
    rf"|(?i:[A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}}\b"
    r"|[A-Z]\d[\dW] ?[A-Z\d]{4}\b|[A-Z]\d[A-Z][ -]?\d[A-Z]\d\b))"
)
_STATES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho"
    "|Illinois"
    "|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi"
    "|Missouri"
    "|Montana|Nebraska|Nevada|Hampshire|Jersey|Mexico|York|Carolina|Dakota|Ohio|Oklahoma|Oregon"
    "|Pennsylvania|Island"
    "|Tennessee|Texas|Utah|Vermont|Virginia|Washington|Wisconsin|Wyoming|Queensland|Victoria|Tasmania|Wales"
)
_STATE_ZIP = rf"(?<!\w)(?:{_STATES}|{STATE}),?\s(?P<x>{ZIP}|(?<=(?:land|oria|ales)\s)\d{{4}}\b)"


def _is_road(match: re.Match[str]) -> bool:
    """ "Church Lane" and "Mill Road", not "The Road" or "This Street"."""
    return match["name"] not in {
        "The",
        "This",
        "That",
        "On",
        "In",
        "At",
        "Of",
        "Off",
        "To",
        "From",
        "Near",
        "Airway",
        "A",
    }


def _is_lower_road(match: re.Match[str]) -> bool:
    counted = {
        "mile",
        "miles",
        "minute",
        "minutes",
        "min",
        "hour",
        "lane",
        "the",
        "busy",
        "main",
        "metre",
        "meter",
        "and",
    }
    return match["name"] not in counted and (match["more"] is None or match["more"] not in counted)


RULES = (
    Rule("ADDRESS", re.compile(_STREETS), among=_STREET.words),
    Rule("ADDRESS", re.compile(_GERMANIC), needs=re.compile("|".join(_ENDINGS))),
    Rule("ADDRESS", re.compile(_FRENCH), among=_ROMANCE.words),
    Rule("ADDRESS", re.compile(_SPANISH), cue=_ROMANCE),
    Rule("ADDRESS", re.compile(_BOX), among=frozenset({"box", "bag", "pmb", "p"})),
    Rule("ADDRESS", re.compile(_CODE_CUED), cue=_CODE),
    Rule("ADDRESS", re.compile(_UNNUMBERED), among=_STREET.words, holds=_is_road),
    Rule("ADDRESS", re.compile(_LOWER_STREET), among=_STREET.words, holds=_is_lower_road),
    Rule("ADDRESS", re.compile(_STATE_ZIP), needs=re.compile(r"\w,?\s\d{4}")),
    Rule("ADDRESS", re.compile(POSTCODE)),
    Rule("ADDRESS", re.compile(EIRCODE)),
    Rule("ADDRESS", re.compile(CANADIAN)),
)

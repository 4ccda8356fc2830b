"""Names of people: known beforehand, after cues (titles, labels, kin, greetings), and from lists.

How much a capitalised word must prove depends on what stands before it (`Proof`). A name goes on over
initials and particles ("van der Berg") and ends before the first word that cannot belong to one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from enum import Enum
from functools import lru_cache

from workup.clinic.deidentify.rules import Cue, Page, Rule, Span
from workup.clinic.deidentify.words import (
    INITIAL,
    LETTER,
    WORD,
    is_clearly_given,
    is_free,
    is_given,
    is_listed,
    is_ordinary,
    is_surname,
)


class Proof(Enum):
    """What the first word of a name must be."""

    NONE = "anything capitalised: after a title, or the label Name"
    FREE = "neither plain English nor an eponym nor a country: after kin, roles, signatures"
    LISTED = "that, and one of the words a listed name: after words that mostly stand before something else"


_PARTICLE = r"(?:de|da|do|dos|das|del|della|di|du|van|von|der|den|la|le|el|al|bin|ibn|bint|ben|ter|ten|zu|y)"
_PARTICLES = rf"(?:{_PARTICLE} ){{0,2}}"
_GAP = r"(?:[ \t\u00a0]{1,2}|[ \t]?\r?\n[ \t]{0,8})"
_PART = rf"(?:{INITIAL}|(?:al-)?{WORD})"
_NAME = rf"(?P<x>{_PARTICLES}{_PART}(?:,?{_GAP}{_PARTICLES}{_PART}){{0,3}})"

_TITLES = Cue(
    "mr|mrs|ms|mx|miss|mme|dr|drs|prof|professor|doctor|herr|frau|señor|señora|senor|senora|monsieur|madame"
    "|signor|signora"
)
_LABELS = Cue(
    "name|patient name|pt name|full name|first name|last name|given name|family name|middle name"
    "|maiden name|client name|surname|forename|forenames|my name is|name is|patient's name"
)
_ROLES = Cue(
    "daughter|granddaughter|son|grandson|mother|grandmother|father|grandfather|wife|husband|brother|sister"
    "|partner|twin|carer|caregiver|friend|neighbour|neighbor|aunt|uncle|niece|nephew|mum|mom|dad|guardian"
    "|cousin|fiancé|fiancée|fiance|fiancee|girlfriend|boyfriend|baby|colleague|interpreter|paramedic|crew"
    "|nurse|midwife|matron|rev|reverend|imam|rabbi|chaplain|surgeon|registrar|spr|consultant|physio"
    "|physiotherapist|pharmacist|dietitian|therapist|social worker|sir|lady|officer|constable|pc|sgt"
)
_DOINGS = Cue(
    "named|called|known as|signed|signed by|signed off by|dictated by|typed by|seen by|reviewed by"
    "|referred by|examined by|accompanied by|d/w|discussed with|spoke to|spoke with|met with|handover to"
    "|handover from|dear|gp|pcp|attending|physician|clinician|author|nok|next of kin|contact"
    "|emergency contact|keyworker|sincerely|faithfully|regards|wishes|thanks|cheers|love"
)
_WEAK = Cue(
    "patient|pt|client|resident|re|cc|to|from|hi|hello|hey|i am|i'm|this is|ask for|under|for|with|by|told"
    "|saw|asked"
)
_POSTS = Cue("md|rn|mbbs|mbchb|frcp|frcs|mrcp|mrcs|mrcgp|np|pa|phd|lpn|cna|rgn|fy|sho|spr").words
_POST = r"(?:MD|RN|MBBS|MBChB|FRC[PS]|MRC[PS]|MRCGP|NP|PA-C|PhD|LPN|CNA|RGN|FY[12]|SHO|SpR)\b"

_BEFORE_NAME = (
    (Proof.NONE, _TITLES, rf"\.?{_GAP}(?:(?:Dr|Prof|med)\b\.? )?"),
    (Proof.NONE, _LABELS, r"\s{0,2}[:=]?\s{1,3}"),
    (Proof.FREE, _ROLES, r"(?:,|:| is| called| named|\)| ?\()?\s?(?<=[\s(])"),
    (Proof.FREE, _DOINGS, r"[:,]?\s{1,3}"),
    (Proof.LISTED, _WEAK, r"[:,]?\s{1,3}"),
)
_CUED = (
    *(
        (proof, Rule("NAME", re.compile(cue.pattern + between + _NAME), cue=cue))
        for proof, cue, between in _BEFORE_NAME
    ),
    (Proof.FREE, Rule("NAME", re.compile(rf"(?<![\w@.-]){_NAME},?\s\(?{_POST}"), among=_POSTS)),
)
_LOWER_TITLES = Cue("mr|mrs|ms|dr|prof")
_LOWER = Rule(
    "NAME",
    re.compile(rf"{_LOWER_TITLES.pattern}\.? (?P<x>(?![A-Z]){LETTER}{{3,30}})(?![\w'’-])"),
    cue=_LOWER_TITLES,
    holds=lambda match: is_listed(match["x"]) and not is_ordinary(match["x"]),
)
_JOINED = re.compile(rf"(?: and | & | or |/)(?P<x>{_PART}(?: {_PART})?)")
_MORE = re.compile(rf"\[NAME\](?P<x>(?:{_JOINED.pattern.replace('?P<x>', '?:')})+)")
CUES = frozenset[str]().union(_LOWER_TITLES.words, *(rule.words for _, rule in _CUED))

_WORD = re.compile(WORD)
_PIECE = re.compile(_PART)
_WHOLE = re.compile(_NAME)
_INITIALED = re.compile(rf"{INITIAL}(?<![\w@.-]..) ?(?P<surname>{WORD})")
_GIVEN_AFTER_COMMA = re.compile(rf", (?P<given>{WORD})")

# After one of these a word names a disease, not a person.
_OF_A_DISEASE = re.compile(
    r"(?:['’]s?)?[ -](?:signs?|disease|syndrome|tests?|score|scale|criteria|classification|lymphoma"
    r"|phenomenon"
    r"|reflex|triad|point|nodes?|nodules?|ulcers?|hernia|fracture|palsy|paralysis|chorea|body"
    r"|man(?:oeuvre|euver)|contracture|tumou?r|cells?|bodies|stain|formula|procedure|operation|position|gait|pupils?"
    r"|ana?emia|purpura|o?esophagus|diverticulum|o?edema|encephalopathy|dementia|grade|stage|index|negative"
    r"|positive|neg|pos|cysts?|virus|fever|\w{1,12}itis|exanthem|folds?|lines?|rings?|murmur|fits?|scan|catheter|bag)\b"
)


def find_names(page: Page, learned: Collection[str] = ()) -> Iterator[Span]:
    """Names after cues and from the lists; `learned` are words already seen as names in this text."""
    for proof, rule in _CUED:
        for match in rule.matches(page):
            if match.group().startswith(("MS", "ms")) and rule.cue is _TITLES:
                continue  # multiple sclerosis, milliseconds
            yield from _name(page.text, match.start("x"), match.end("x"), proof)
    yield from _LOWER.find(page)
    yield from _joined(page.text)
    for match in _INITIALED.finditer(page.text):
        if is_surname(match["surname"]) and is_free(match["surname"]):
            yield Span(match.start(), match.end(), "NAME")
    yield from _uncued(page.text, learned)


def _joined(text: str) -> Iterator[Span]:
    """Names joined to one that was found in an earlier pass: "[NAME] and Brown", "[NAME]/Mbeki/Osei"."""
    for match in _MORE.finditer(text):
        for after in _JOINED.finditer(text, match.start("x"), match.end("x")):
            found = list(_name(text, after.start("x"), after.end("x"), Proof.FREE))
            if not found:
                break
            yield from found


def _uncued(text: str, learned: Collection[str]) -> Iterator[Span]:
    """Learned words; given names that are nothing else, with what follows; pairs of listed names."""
    reached = 0
    for match in _WORD.finditer(text):
        word, start, end = match.group(), match.start(), match.end()
        if start < reached or (start and (text[start - 1].isalnum() or text[start - 1] in "@_.-")):
            continue
        if word in learned:
            yield Span(start, end, "NAME")
        elif (
            (after := _GIVEN_AFTER_COMMA.match(text, end))
            and (is_surname(word) and is_free(word))
            and is_clearly_given(after["given"])
        ):
            reached = after.end()
            yield Span(start, reached, "NAME")
        if start >= reached and not word[-1].isupper() and _begins_name(word, text, end):
            whole = _WHOLE.match(text, start)
            for span in _name(text, start, whole.end() if whole else end, None):
                reached = span.end
                yield span


def _begins_name(word: str, text: str, end: int) -> bool:
    """A given name that is nothing else; or any listed name before another one that is nothing else."""
    if is_clearly_given(word):
        return True
    if not (is_given(word) or (is_surname(word) and is_free(word))) or text[end : end + 1] != " ":
        return False
    after = _WORD.match(text, end + 1)
    return (
        after is not None
        and is_listed(after.group())
        and is_free(after.group())
        and not after.group()[-1].isupper()
        and not _OF_A_DISEASE.match(text, after.end())
    )


def _name(text: str, start: int, limit: int, proof: Proof | None) -> Iterator[Span]:
    """The name that begins at `start`, if the proof is given; it ends before the first word that is none."""
    end, words = start, list[str]()
    for piece in _PIECE.finditer(text, start, limit):
        word = piece.group()
        good = _may_follow(word, words[-1], text[end : piece.start()]) if words else _may_begin(word, proof)
        if not good:
            break
        end = piece.end()
        words.append(word)
    if not words or (proof is not Proof.NONE and _OF_A_DISEASE.match(text, end)):
        return
    if proof is not Proof.LISTED or any(is_listed(word) and is_free(word) for word in words):
        yield Span(start, end, "NAME")


def _may_begin(word: str, proof: Proof | None) -> bool:
    if proof in (None, Proof.NONE) or word.endswith("."):
        return True
    return is_free(word) and len(word) > 2 and (not word.isupper() or (len(word) > 3 and is_listed(word)))


def _may_follow(word: str, before: str, between: str) -> bool:
    if "," in between and before.isupper():  # GRAY, Rosemary
        return is_listed(word) or is_free(word)
    if "\n" in between or "," in between:
        return is_listed(word) and is_free(word)
    return word.endswith(".") or is_surname(word) or is_free(word)


def words_of(name: str) -> Iterator[str]:
    """The words of a name that stand for the person when met again: no initials, plain words or eponyms."""
    return (word for word in _PIECE.findall(name) if len(word) > 2 and is_free(word))


def find_known(text: str, known: Sequence[str]) -> Iterator[Span]:
    """The names of the structured record, whole or in parts, in any case, as whole words."""
    pattern = _any_of(tuple(known))
    for match in pattern.finditer(text) if pattern else ():
        eponym = not is_free(match.group()) and _OF_A_DISEASE.match(text, match.end())
        if not eponym:
            yield Span(*match.span(), "NAME")


@lru_cache(maxsize=4096)
def _any_of(known: tuple[str, ...]) -> re.Pattern[str] | None:
    names = {" ".join(name.replace(",", " ").split()) for name in known}
    parts = {part for name in names for part in name.split() if not _is_common(part)}
    longest_first = sorted(
        (name for name in names | parts if len(name) > 1), key=lambda name: (-len(name), name)
    )
    if not longest_first:
        return None
    either = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in longest_first)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _is_common(part: str) -> bool:
    return is_ordinary(part) or re.fullmatch(_PARTICLE, part.lower()) is not None

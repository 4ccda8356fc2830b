"""Names of people: known beforehand, after cues (titles, labels, kin, greetings), and from lists.

How much a capitalised word must prove depends on what stands before it (`Proof`). A name goes on over
initials and particles ("van der Berg") and ends before the first word that cannot belong to one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from workup.clinic.deidentify.cues import (
    BEFORE_FOUND,
    CUED,
    FIRST,
    INITIALED,
    INITIALS,
    IS_POST,
    JOINED,
    LINE_ENDS,
    LOWER,
    LOWER_TITLES,
    MORE,
    ONE_WORD,
    OPENS,
    PARTICLE,
    PIECE,
    PROVES,
    PROVES_FIRST,
    ROLES,
    RUN,
    SIGNED,
    SURNAME_FIRST,
    TITLES,
    UPPER_SURNAME,
    WHOLE,
    WORD_NAME,
    Proof,
)
from workup.clinic.deidentify.rules import Page, Rule, Span
from workup.clinic.deidentify.words import (
    LETTER,
    OF_A_DISEASE,
    is_clearly_given,
    is_free,
    is_given,
    is_listed,
    is_ordinary,
    is_surname,
    is_vocabulary,
)


def find_names(page: Page, learned: Collection[str] = ()) -> Iterator[Span]:
    """Names after cues and from the lists; `learned` are words already seen as names in this text."""
    for proof, rule in CUED:
        for match in rule.matches(page):
            if match.group().startswith(("MS", "ms")) and rule.cue is TITLES:
                continue  # multiple sclerosis, milliseconds
            yield from _name(page.text, match.start("x"), match.end("x"), proof)
    for rule in LOWER:
        yield from _lower(rule, page)
    yield from INITIALS.find(page)
    yield from WORD_NAME.find(page)
    yield from _proved(page.text)
    yield from _upper(page.text)
    yield from _surname_first(page.text)
    yield from _joined(page.text)
    for match in INITIALED.finditer(page.text):
        surname = match["surname"]
        before = page.text[max(0, match.start() - 8) : match.start()]
        unlisted = (
            len(surname) > 4 and _is_plain(surname) and not _is_species(surname) and OPENS.search(before)
        )
        if (
            is_free(surname)
            and (is_surname(surname) or unlisted)
            and not OF_A_DISEASE.match(page.text, match.end())
        ):
            yield Span(match.start(), match.end(), "NAME")
    yield from _uncued(page.text, learned)


def _proved(text: str) -> Iterator[Span]:
    """Names that what follows proves ("Osei, registrar", "Osei rang", "Osei, 71M"), and signatures."""
    for run in RUN.finditer(text):
        for piece in PIECE.finditer(text, run.start("x"), run.end("x")):
            found = next(_name(text, piece.start(), run.end("x"), Proof.RARE), None)
            if found is None:
                continue
            before = text[max(0, found.start - 8) : found.start]
            if (
                PROVES.match(text, found.end)
                or (FIRST.search(before) and PROVES_FIRST.match(text, found.end))
                or (SIGNED.search(before) and LINE_ENDS.match(text, found.end))
            ):
                yield found
            break


def _lower(rule: Rule, page: Page) -> Iterator[Span]:
    """Names in small letters: after a title what is no word, elsewhere listed names that are none."""
    for match in rule.matches(page):
        start, end = match.start("x"), match.start("x")
        titled = rule.cue is LOWER_TITLES and match.group()[:2] not in {"ms", "do"}
        for piece in re.finditer(rf"{LETTER}+", match["x"]):
            word = piece.group()
            good = not is_vocabulary(word) and (titled or (is_listed(word) and is_free(word)))
            if not good or (titled and end > start and not is_listed(word)):
                break
            if not titled and end == start and not is_given(word) and rule.cue is not LOWER_TITLES:
                break
            end = start + piece.end()
        if end > start:
            yield Span(start, end, "NAME")


def _upper(text: str) -> Iterator[Span]:
    """Surnames in capitals: "TOLLER, Joan", and "TOLLER, 71M" where the surname is no abbreviation."""
    for match in UPPER_SURNAME.finditer(text):
        surname, given = match["surname"], match["given"]
        free = is_free(surname) and not is_vocabulary(surname)
        if (
            given
            and given[1:].islower()
            and free
            and is_free(given)
            and (is_listed(given) or is_surname(surname))
        ):
            yield Span(match.start("x"), match.end("x"), "NAME")
        elif (
            match["aged"] is not None
            and free
            and len(surname) > 3
            and (is_surname(surname) or len(surname) > 6)
        ):
            yield Span(
                match.start("surname"), match.end("initials" if match["initials"] else "surname"), "NAME"
            )


def _surname_first(text: str) -> Iterator[Span]:
    """A listed surname, be it an eponym, before what is a given name only: "Smith, John", in any case."""
    for match in SURNAME_FIRST.finditer(text):
        surname, given = match["surname"], match["given"]
        good = is_surname(surname) and not is_vocabulary(surname) and is_clearly_given(given)
        if good and not (given.isupper() and len(given) < 4):  # HUS, JIA
            yield Span(match.start(), match.end("given"), "NAME")


def _is_plain(word: str) -> bool:
    """No capitals inside but those names have: McBride, O'Neill, Ni-Bhriain; not "HbS"."""
    return (
        re.fullmatch(
            r".['’]?(?:(?<=M)(?:a?c|ac)[A-Z]|[A-Z](?<=['’].)|(?<=D)e[A-Z])?[^A-Z]*(?:-[A-Z]?[^A-Z]*)*", word
        )
        is not None
    )


def _is_species(word: str) -> bool:
    """Ends like the second word of an organism ("S. Aureus")."""
    return re.search(r"(?:us|um|ae|is|ii|coli|pylori|iff|icile|ens|yi|phi|gens|icans|ans)$", word) is not None


def _joined(text: str) -> Iterator[Span]:
    """Names joined to one that was found in an earlier pass: "[NAME] and Brown", "[NAME]/Mbeki/Osei"."""
    for match in MORE.finditer(text):
        for after in JOINED.finditer(text, match.start("x"), match.end("x")):
            found = list(_name(text, after.start("x"), after.end("x"), Proof.FREE))
            if not found:
                break
            yield from found
    for match in BEFORE_FOUND.finditer(text):
        word = match["x"]
        if (
            len(word) > 2
            and is_free(word)
            and _is_plain(word)
            and not word.isupper()
            and not is_vocabulary(word)
        ):
            yield Span(match.start("x"), match.end("x"), "NAME")


def _uncued(text: str, learned: Collection[str]) -> Iterator[Span]:
    """Learned words; given names that are nothing else, with what follows; pairs of listed names."""
    reached = 0
    for match in ONE_WORD.finditer(text):
        word, start, end = match.group(), match.start(), match.end()
        if start < reached or (start and (text[start - 1].isalnum() or text[start - 1] in "@_.-")):
            continue
        if word in learned:
            yield Span(start, end, "NAME")
        if start >= reached and not word[-1].isupper() and _begins_name(word, text, end):
            whole = WHOLE.match(text, start)
            for span in _name(text, start, whole.end() if whole else end, None):
                reached = span.end
                yield span


def _begins_name(word: str, text: str, end: int) -> bool:
    """A given name that is nothing else; or any listed name before another one that is nothing else."""
    if is_clearly_given(word):
        return True
    if (
        word.lower() in ROLES.words  # Sister Quirke
        or not (is_given(word) or (is_surname(word) and is_free(word)))
        or text[end : end + 1] != " "
    ):
        return False
    after = ONE_WORD.match(text, end + 1)
    return (
        after is not None
        and is_listed(after.group())
        and is_free(after.group())
        and not after.group()[-1].isupper()
        and not OF_A_DISEASE.match(text, after.end())
    )


def _name(text: str, start: int, limit: int, proof: Proof | None) -> Iterator[Span]:
    """The name that begins at `start`, if the proof is given; it ends before the first word that is none."""
    end, words = start, list[str]()
    for piece in PIECE.finditer(text, start, limit):
        word = piece.group()
        good = (
            _may_follow(word, words[-1], text[end : piece.start()], text, piece.end(), proof)
            if words
            else _may_begin(word, proof)
        )
        if not good:
            break
        end = piece.end()
        words.append(word)
    if not words or (proof is not Proof.NONE and OF_A_DISEASE.match(text, end)):
        return
    if proof is not Proof.LISTED or any(is_listed(word) and is_free(word) for word in words):
        yield Span(start, end, "NAME")


def _may_begin(word: str, proof: Proof | None) -> bool:
    if proof in (None, Proof.NONE) or word.endswith("."):
        return True
    if IS_POST.fullmatch(word) or (proof is Proof.RARE and is_vocabulary(word)):
        return False
    shape = len(word) > 3 and is_listed(word) if word.isupper() else is_listed(word) or _is_plain(word)
    return is_free(word) and len(word) > 2 and shape


def _may_follow(word: str, before: str, between: str, text: str, end: int, proof: Proof | None) -> bool:
    if IS_POST.fullmatch(word):
        return False
    apart = "\n" in between or "," in between
    if proof is Proof.NONE and not apart and word[-1].islower() and not is_vocabulary(word):
        return OF_A_DISEASE.match(text, end) is None  # even an eponym, after a title and a name
    if "," in between and before.isupper():  # GRAY, Rosemary
        return is_listed(word) or is_free(word)
    if apart:
        return is_listed(word) and is_free(word)
    return word.endswith(".") or is_surname(word) or is_free(word)


def words_of(name: str) -> Iterator[str]:
    """The words of a name that stand for the person when met again: no initials, plain words or eponyms."""
    return (
        word
        for word in PIECE.findall(name)
        if len(word) > 2 and is_free(word) and not (word.isupper() and (len(word) < 4 or not is_listed(word)))
    )


def find_known(text: str, known: Sequence[str]) -> Iterator[Span]:
    """The names of the structured record, whole or in parts, in any case, as whole words."""
    pattern = _any_of(tuple(known))
    for match in pattern.finditer(text) if pattern else ():
        eponym = not is_free(match.group()) and OF_A_DISEASE.match(text, match.end())
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
    return is_ordinary(part) or re.fullmatch(PARTICLE, part.lower()) is not None

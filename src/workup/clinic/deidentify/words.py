"""What a capitalised word may be: a given name, a surname, an eponym, a place that may stay, plain English.

Given names and surnames come from Faker's lists for every language it has in Latin letters (about 21,000 and
22,000, MIT licence); they are read once, when the first text is. The other lists are ours, kept by hand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import import_module, resources
from pkgutil import iter_modules

_LATIN = [chr(c) for c in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))]
_CAPITAL = "A-Z" + "".join(c for c in _LATIN if c.isupper())
# Latin letters, and the accents that may follow one as characters of their own.
LETTER = r"[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ\u0300-\u036f]"
# Gonzalez, O'Brien, McBurney, Jean-Pierre; and initials with their points.
WORD = rf"[{_CAPITAL}](?:['’][{_CAPITAL}])?{LETTER}{{1,30}}(?:-{LETTER}{{2,30}}){{0,3}}(?![^\W_])"
INITIAL = rf"[{_CAPITAL}]\.(?:[ -]?[{_CAPITAL}]\.){{0,2}}"

# Endings that names hardly have and the words of notes often do.
_ENDINGS = re.compile(
    r"(?:itis|osis|a?emia|uria|pathy|tomy|plasty|scopy|graphy|ology|algia|pno?ea|oma|ing|tion|sion|ism|ly|ous|ful|less"
    r"|ness|ment|ity|ical|ial|ular|ible|able|azole|mycin|cillin|pril|sartan|olol|statin|azepam|gliptin|gliflozin"
    r"|floxacin|cycline|parin|xaban|triptan|setron|mab|nib|coccus|cocci|ed)$"
)
# Never part of a name, though listed as names in some language.
_CALENDAR = re.compile(
    "jan|feb|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?|oct|nov|dec"
    "|(?:mon|tue|wednes|wed|thu|thurs|fri|sat|satur|sun)(?:day)?|tues(?:day)?"
)


def fold(word: str) -> str:
    """A word without case and accents, as the lists are kept."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFD", word.replace("’", "'"))
    return "".join(c for c in plain if not unicodedata.combining(c)).lower()


@lru_cache(maxsize=65536)
def is_free(word: str) -> bool:
    """Whether a word is neither plain English nor an eponym nor (of) a country or state."""
    parts = {fold(word), *fold(word).split("-")}
    return not any(is_ordinary(part) or part in _kept("eponyms") or part in _kept("places") for part in parts)


@lru_cache(maxsize=65536)
def is_ordinary(word: str) -> bool:
    """Whether it is plain English, or the language of notes."""
    folded = fold(word)
    return folded in _kept("ordinary") or bool(_ENDINGS.search(folded) and not is_listed(word))


@lru_cache(maxsize=65536)
def is_given(word: str) -> bool:
    """Whether it is a listed given name; of a double name, its first."""
    return fold(word).partition("-")[0] in _faker("first_names")


@lru_cache(maxsize=65536)
def is_surname(word: str) -> bool:
    """Whether it is a listed surname; of a double name, either part."""
    return any(part in _faker("last_names") for part in (fold(word), *fold(word).split("-")))


def is_listed(word: str) -> bool:
    """Whether it is a listed name of either kind."""
    return is_given(word) or is_surname(word)


@lru_cache(maxsize=65536)
def is_clearly_given(word: str) -> bool:
    """Whether a capitalised word alone is a given name, and nothing else."""
    return is_given(word) and is_free(word)


@cache
def _kept(name: str) -> frozenset[str]:
    text = resources.files(__package__).joinpath("lists", f"{name}.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(fold(word) for line in lines for word in line.split())


@cache
def _faker(prefix: str) -> frozenset[str]:
    """The names in all of Faker's lists that begin so: "first_names" or "last_names"."""
    names = {fold(part) for name in _faker_names(prefix) for part in name.split()}
    return frozenset(name for name in names if len(name) > 1 and not _CALENDAR.fullmatch(name))


def _faker_names(prefix: str) -> Iterator[str]:
    import faker.providers.person as person

    for module in iter_modules(person.__path__):
        provider = import_module(f"{person.__name__}.{module.name}").Provider
        for attribute in dir(provider):
            values = getattr(provider, attribute)
            if attribute.startswith(prefix) and not callable(values) and not isinstance(values, property):
                yield from (value if isinstance(value, str) else value[0] for value in values)

"""What a capitalised word may be: a given name, a surname, a town, an eponym, a country, plain English.

Given names, surnames and towns come from Faker's lists for every language it has (about 30,000, 29,000 and
29,000, MIT licence) and ours of what those lack; they are read once, when the first text is.
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


# After one of these a word names a disease, not a person or a town.
OF_A_DISEASE = re.compile(
    r"(?:['’]s?)?[ -](?:signs?|disease|syndrome|tests?|score|scale|criteria|classification|lymphoma"
    r"|phenomenon"
    r"|reflex|triad|point|nodes?|nodules?|ulcers?|hernia|fracture|palsy|paralysis|chorea|body"
    r"|man(?:oeuvre|euver)|contracture|tumou?r|cells?|bodies|stain|formula|procedure|operation|position|gait|pupils?"
    r"|ana?emia|purpura|o?esophagus|diverticulum|o?edema|encephalopathy|dementia|grade|stage|index|negative"
    r"|positive|neg|pos|cysts?|virus|fever|\w{1,12}itis|exanthem|folds?|lines?|rings?|murmur|fits?|scan|catheter|bag"
    r"|coma|stool|rules?|chromosome|staging|definition|protocol|consensus|guidelines?|nomogram|approach|technique"
    r"|questionnaire|frame|brace|splint|collar|drain|tube|clip|plate|nail|prosthesis|repair|flap|incision)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=65536)
def is_free(word: str) -> bool:
    """Whether a word is neither plain English nor an eponym nor (of) a country or state."""
    parts = {fold(word), *fold(word).split("-")}
    return not any(
        is_ordinary(part)
        or part in _kept("eponyms")
        or part in _kept("places")
        or (is_vocabulary(part) and not is_listed(part))
        for part in parts
    )


@lru_cache(maxsize=65536)
def is_ordinary(word: str) -> bool:
    """Whether it is plain English, or the language of notes."""
    folded = fold(word)
    return folded in _kept("ordinary") or bool(_ENDINGS.search(folded) and not is_listed(word))


@lru_cache(maxsize=65536)
def is_vocabulary(word: str) -> bool:
    """Whether it is a word of notes or of English, its plural, or (of) a place that may stay."""
    folded = fold(word)
    return bool(
        any(
            form in _kept("vocabulary")
            for form in (folded, folded.removesuffix("s"), folded.removesuffix("es"))
        )
        or folded in _kept("ordinary")
        or folded in _kept("places")
        or _ENDINGS.search(folded)
        or _CALENDAR.fullmatch(folded)
    )


def is_word_name(word: str) -> bool:
    """Whether it is a given name and a word too, by our list."""
    return fold(word) in _kept("wordnames")


@lru_cache(maxsize=65536)
def is_kept_town(word: str) -> bool:
    """Whether it is in our own list of towns, by one word."""
    return fold(word) in _kept("towns")


@lru_cache(maxsize=65536)
def is_town(word: str) -> bool:
    """Whether it is a listed town: of our own list, or one of Faker's that is no other word."""
    return is_kept_town(word) or (len(word) > 3 and fold(word) in _faker_towns() and is_free(word))


def towns() -> list[str]:
    """Our own towns as they are written, of one word and more."""
    return [line.replace("_", " ") for line in _entries("towns")]


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
    return frozenset(fold(word) for word in _entries(name))


def _entries(name: str) -> list[str]:
    text = resources.files(__package__).joinpath("lists", f"{name}.txt").read_text(encoding="utf-8")
    return [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]


@cache
def _faker(prefix: str) -> frozenset[str]:
    """The names in all of Faker's lists that begin so: "first_names" or "last_names"."""
    names = {fold(part) for name in _faker_lists("person", prefix) for part in name.split()}
    kept = _kept("given" if prefix == "first_names" else "surnames")
    return frozenset(name for name in names | kept if len(name) > 1 and not _CALENDAR.fullmatch(name))


@cache
def _faker_towns() -> frozenset[str]:
    return frozenset(fold(name) for name in _faker_lists("address", "cities"))


def _faker_lists(provider: str, prefix: str) -> Iterator[str]:
    package = import_module(f"faker.providers.{provider}")
    for module in iter_modules(package.__path__):
        lists = import_module(f"{package.__name__}.{module.name}").Provider
        for attribute in dir(lists):
            values = getattr(lists, attribute)
            if attribute.startswith(prefix) and not callable(values) and not isinstance(values, property):
                yield from (value if isinstance(value, str) else value[0] for value in values)

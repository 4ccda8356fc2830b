"""From a patient's own words to a relative's: "I lost my voice" becomes "she lost her voice"."""

from __future__ import annotations

import re
from typing import Literal

Sex = Literal["male", "female"]

_PRONOUNS: dict[Sex, dict[str, str]] = {
    "male": {"i": "he", "me": "him", "my": "his", "mine": "his", "myself": "himself"},
    "female": {"i": "she", "me": "her", "my": "her", "mine": "hers", "myself": "herself"},
}
_CONTRACTIONS = {"i'm": "'s", "i've": "'s", "i'd": "'d", "i'll": "'ll"}
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_IRREGULAR = {"have": "has", "am": "is", "do": "does", "don't": "doesn't", "haven't": "hasn't"}
# What may stand between "I" and its verb.
_ADVERBS = frozenset(
    _WORD.findall(
        """
        also already always barely constantly even ever hardly just nearly never normally now often once
        only rarely really recently sometimes still suddenly usually
        """
    )
)
# Modal verbs and irregular past forms are the same in every person; so is every word in -ed.
_SAME_IN_EVERY_PERSON = frozenset(
    _WORD.findall(
        """
        ate began bent bit bled blew bought broke brought came can can't cannot caught could couldn't cut
        did didn't drank drove fell felt flew found gave got grew had hadn't heard hit hurt kept knew lay
        left let lost may met might must put quit ran rang read rode said sat saw sent shot should
        shouldn't shut slept spent stood stuck threw thought told took used was wasn't went were weren't
        will woke won't wore would wouldn't
        """
    )
)
# Verbs that follow "and" under the same "I": "I toss and turn", "I go quiet and don't react".
_SECOND_VERBS = frozenset(
    _WORD.findall(
        """
        can't come don't feel get go have haven't hold keep leave lie look lose need read sit sleep stare
        start stay struggle throw turn wake want
        """
    )
)


def third_person(clause: str, sex: Sex) -> str:
    """The clause as somebody else says it of a man or boy, a woman or girl.

    Present verbs that "I" governs are put into the third person; all other words are left as they are.
    """
    speaker = _Speaker(_PRONOUNS[sex])
    return _WORD.sub(lambda match: speaker.retell(match.group()), clause)


class _Speaker:
    """Takes the words in turn and remembers whether a verb that "I" governs may come next."""

    def __init__(self, pronouns: dict[str, str]) -> None:
        self._pronouns = pronouns
        self._verb_comes = self._second_may_come = self._present = False

    def retell(self, word: str) -> str:
        lower = word.lower()
        if lower in _CONTRACTIONS:
            self._verb_comes = self._second_may_come = self._present = False
            return self._pronouns["i"] + _CONTRACTIONS[lower]
        if lower in self._pronouns:
            self._verb_comes, self._second_may_come = lower == "i", False
            return self._pronouns[lower]
        if self._verb_comes and lower in _ADVERBS:
            return word
        if self._verb_comes or (self._second_may_come and lower in _SECOND_VERBS):
            self._verb_comes = self._second_may_come = False
            self._present = not _is_same_in_every_person(lower)
            return _with_s(word) if self._present else word
        self._second_may_come = self._present and lower in {"and", "but", "or", "then"}
        return word


def _is_same_in_every_person(word: str) -> bool:
    return word in _SAME_IN_EVERY_PERSON or (word.endswith("ed") and word not in {"need", "feed", "bleed"})


def _with_s(verb: str) -> str:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"

"""Is the patient an animal? The model knows people only, and most words are the same for both.

A short list, on purpose, for what the measure of strangeness takes for a case: an animal that begins a
sentence and has, is or does something; an animal with its age; words that only veterinarians need. It holds
only where nobody else in the text could be the patient: who is bitten by a dog or keeps a cat is a person,
and in doubt the text is a person's.
"""

from __future__ import annotations

import re

_ANIMAL = (
    "(?:dog|puppy|cat|tomcat|kitten|horse|pony|mare|stallion|foal|donkey|cow|heifer|bull|goat|sheep|ewe|lamb|"
    "pig|piglet|sow|hen|rooster|duck|goose|rabbit|hamster|guinea pig|ferret|parrot|budgie|canary|tortoise|"
    "labrador|spaniel|retriever|terrier|poodle|dachshund|collie|beagle|bulldog|husky|german shepherd)"
)
# "The dog has died" and "the cat is at my sister's" are about somebody else.
_DOES = (
    r"(?:has(?! (?:died|bitten|scratched))|is(?! (?:at|in|with|new|there|dead|fine|well)\b)|isn't|was|had|"
    "keeps|won't|will not|can't|cannot|doesn't|does not|started|began|stopped|refuses|seems|looks|sits|lies|"
    "drinks|eats|vomits|vomited|coughs|coughed|limps|limped|sneezes|collapsed|lost)"
)
_OLD = r"\w+[- ](?:year|month|week)s?[- ]old "
_PATIENT = re.compile(
    rf"(?:^|[.!?]\s+)(?:(?:my|our|the|this|a) )?(?:{_OLD})?(?!(?:her|his|their) )(?:\w+ )?{_ANIMAL}"
    rf"(?:,[^,.]+,)? {_DOES}\b"
    rf"|\b{_OLD}(?:(?:male|female|neutered|spayed) )?{_ANIMAL}\b(?! (?:owner|breeder|bite|scratch))"
    rf"|^(?:the )?{_ANIMAL}, (?:aged|male|female|\d+)\b"
    r"|\b(?:neutered|udder|hind ?legs?|hind ?limbs?|forelimbs?|hoof|hooves|kennel cough)\b"
    r"|\boff (?:her|his|its) feed\b",
    re.IGNORECASE,
)
# What the owner fears, sees or asks makes no patient of the owner.
_OWNER = re.compile(
    r"\b(?:I am|I'm|we are|we're) (?:worried|afraid)|\b(?:I|we) (?:think|noticed|found|saw|gave)\b"
    r"|\b(?:should|can|could) (?:I|we)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    rf"\b(?:I|me|myself|I'm|I've|we|us|my (?!(?:\w+ )?{_ANIMAL}\b)\w+|patient|man|woman|boy|girl|lady|child|"
    r"gentleman|toddler|infant|baby|son|daughter|husband|wife|mother|father|mum|mom|dad|grand[mf]\w+|family|"
    "everybody|everyone|nobody|owner|breeder|farmer|surgeon|nurse|worker|student|"
    r"(?-i:\d{1,3} ?[MF]|[MF],? \d{1,3}))\b",
    re.IGNORECASE,
)


def animal(text: str) -> str | None:
    """The words that say that the patient is an animal; None where it is a person, or may be."""
    if _PERSON.search(_OWNER.sub(" ", text)):
        return None
    found = _PATIENT.search(text)
    return found.group().lstrip(".!? \n") if found else None

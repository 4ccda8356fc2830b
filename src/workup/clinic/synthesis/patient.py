"""Tells a drawn patient in plain words: the patient's own, or a relative's."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from workup.clinic.spans import days
from workup.clinic.synthesis.drawing import Picture
from workup.clinic.synthesis.sentences import joined, sentences
from workup.clinic.synthesis.voice import third_person
from workup.clinic.synthesis.wording import Wording

# Under this age somebody else tells the story; of grown-ups a relative does now and then.
_SPEAKS_FOR_ITSELF = days("13 years")
_RELATIVE_SPEAKS = 0.15
# Who the patient can be to the one who tells, with the ages in years.
_RELATIVES: dict[str, tuple[tuple[str, int, int], ...]] = {
    "male": (
        ("my son", 0, 40),
        ("our little boy", 0, 8),
        ("my brother", 10, 70),
        ("my husband", 25, 90),
        ("my father", 40, 110),
        ("my grandfather", 65, 110),
    ),
    "female": (
        ("my daughter", 0, 40),
        ("our little girl", 0, 8),
        ("my sister", 10, 70),
        ("my wife", 25, 90),
        ("my mother", 40, 110),
        ("my grandmother", 65, 110),
    ),
}
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def lay(picture: Picture, words: Wording, rng: random.Random) -> str:
    """The patient's story as one paragraph of everyday words, with two results at most."""
    clauses = [
        _present(words.lay, picture.of_kind("symptom", "sign")),
        _present(words.lay, picture.of_kind("history")),
        _present(words.lay_absent, picture.absent),
        _results(picture, words, rng),
    ]
    story = [sentence for part in clauses for sentence in _grouped(part, rng)]
    if story and rng.random() < 0.8:
        when = _duration(picture.duration, rng)
        story[0] = rng.choice((f"{when} {story[0]}", f"{story[0]}, {when} now"))
    if rng.random() < 0.3:
        story[1:] = rng.sample(story[1:], len(story[1:]))
    own = days(picture.age) >= _SPEAKS_FOR_ITSELF and rng.random() > _RELATIVE_SPEAKS
    if not own:
        story = [third_person(sentence, picture.sex) for sentence in story]
    story.insert(rng.choice((0, 0, 0, len(story))), _introduction(picture, own, rng))
    return sentences(story)


def _present(word: Callable[[str], str | None], names: Sequence[str]) -> list[str]:
    return [clause for name in names if (clause := word(name))]


def _results(picture: Picture, words: Wording, rng: random.Random) -> list[str]:
    results = [said for name, value in picture.labs.items() if (said := words.lay_measured(name, value))]
    results += _present(words.lay, [*picture.imaging, *picture.tests])
    return rng.sample(results, min(rng.randint(0, 2), len(results)))


def _introduction(picture: Picture, own: bool, rng: random.Random) -> str:
    number, unit = picture.age.split()
    old = number if unit.startswith("year") else picture.age
    if own:
        return rng.choice((f"I'm {old}", f"I am {old} years old", f"I'm {old} by the way"))
    years = days(picture.age) / days("1 years")
    who = rng.choice([name for name, low, high in _RELATIVES[picture.sex] if low <= years <= high])
    return rng.choice((f"{who} is {old}", f"this is about {who}, {old}", f"{who}, {old}, is ill"))


def _grouped(clauses: Sequence[str], rng: random.Random) -> Iterator[str]:
    """The clauses as sentences of one to three of them."""
    rest = list(clauses)
    while rest:
        taken, rest = rest[: (size := rng.choice((1, 1, 2, 2, 3)))], rest[size:]
        yield joined(taken, rng)


def _duration(duration: str, rng: random.Random) -> str:
    number, unit = duration.split()
    words = _NUMBERS[int(number) - 1] if int(number) <= len(_NUMBERS) else number
    return rng.choice(("for {} {}", "for about {} {}", "for the last {} {}")).format(words, unit)

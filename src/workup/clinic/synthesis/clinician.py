"""Tells a drawn patient as clinicians do: findings in a row, or a note with its abbreviations."""

from __future__ import annotations

import random
from collections.abc import Sequence

from workup.clinic.ages import noun, person
from workup.clinic.synthesis.drawing import Picture
from workup.clinic.synthesis.sentences import joined, sentences
from workup.clinic.synthesis.wording import Wording


def telegraphic(picture: Picture, words: Wording, rng: random.Random) -> str:
    """Findings and values in a row, with or without labels."""
    complaints = [words.clinical(name) for name in picture.of_kind("symptom")]
    if rng.random() < 0.5 and complaints:
        complaints[0] += f" for {picture.duration}"
    labels = rng.random() < 0.5
    parts = [
        _who(picture, rng),
        *_labelled("History", _clinical(words, picture.of_kind("history")), labels and rng.random() < 0.7),
        *_labelled("Symptoms", complaints, labels),
        *_labelled("Signs", _clinical(words, picture.of_kind("sign", "result")), labels),
        *_labelled("Absent", _absent(words, picture.absent, labels, rng), labels),
        _measured(words, picture.vitals),
        *_values(words, picture, rng.choice((": ", " "))),
        *_labelled("Imaging", _clinical(words, picture.imaging), labels),
        *_labelled("Tests", _clinical(words, picture.tests), labels),
    ]
    if labels and rng.random() < 0.5:
        parts = parts[1:]
    return sentences(parts)


def note(picture: Picture, words: Wording, rng: random.Random) -> str:
    """A note as it is typed between two patients."""
    history = _clinical(words, picture.of_kind("history"))
    complaints = _clinical(words, picture.of_kind("symptom"))
    signs = _clinical(words, picture.of_kind("sign", "result"))
    who = _who(picture, rng)
    if history:
        past = rng.choice(("w/ {}", "PMH: {}", "with a history of {}", "hx of {}", "known {}"))
        who += rng.choice((" ", ", ", ". ")) + past.format(rng.choice((", ", " + ")).join(history))
    told = rng.choice(("p/w {}", "presents with {}", "c/o {}", "Reports {}", "seen for {}"))
    when = _short_duration(picture.duration, rng)
    complaint = told.format(joined(complaints, rng)) + rng.choice((f" x {when}", f" for {when}", f", {when}"))
    denied = [words.clinical(name) for name in picture.absent]
    parts = [
        f"{who}{rng.choice(('. ', ', '))}{complaint}" if complaints else who,
        *_headed(("Denies", "No", "Neg for"), " or ".join(denied), rng),
        *_headed(("O/E", "On exam", "Exam:", "OE:"), ", ".join(signs), rng),
        *_headed(("Obs:", "Vitals:", "VS", "On arrival"), _measured(words, picture.vitals), rng),
        *_headed(("Bloods:", "Labs:", "Lab:", "Results"), _measured(words, picture.labs), rng),
        *_clinical(words, picture.imaging),
        *_clinical(words, picture.tests),
    ]
    return sentences(parts)


def _who(picture: Picture, rng: random.Random) -> str:
    number, unit = picture.age.split()
    letter = picture.sex[0].upper()
    short = (
        number if unit.startswith("year") else f"{number}{unit[0]}{'o' if unit.startswith('month') else ''}"
    )
    return rng.choice(
        (
            f"{letter} {short}",
            f"{short}{letter}",
            f"{short} y/o {picture.sex}" if unit.startswith("year") else f"{picture.age} old {picture.sex}",
            person(picture.age, picture.sex),
            f"{noun(picture.age, picture.sex)}, {picture.age}",
        )
    )


def _short_duration(duration: str, rng: random.Random) -> str:
    number, unit = duration.split()
    fraction = {"day": "7", "week": "52", "month": "12", "hour": "24"}.get(unit.removesuffix("s"))
    forms = [duration, f"{number}{unit[0]}"] if not unit.startswith("m") else [duration]
    return rng.choice([*forms, f"{number}/{fraction}"] if fraction else forms)


def _clinical(words: Wording, names: Sequence[str]) -> list[str]:
    return [words.clinical(name) for name in names]


def _absent(words: Wording, names: Sequence[str], labelled: bool, rng: random.Random) -> list[str]:
    sign = "{}" if labelled else rng.choice(("no {}", "without {}", "{} neg"))
    return [sign.format(name) for name in _clinical(words, names)]


def _measured(words: Wording, values: dict[str, str]) -> str:
    return ", ".join(words.measured(name, value) for name, value in values.items())


def _values(words: Wording, picture: Picture, separator: str) -> list[str]:
    return [words.measured(name, value, separator) for name, value in picture.labs.items()]


def _labelled(title: str, items: Sequence[str], labelled: bool) -> list[str]:
    if not items:
        return []
    return [f"{title}: {', '.join(items)}" if labelled else ", ".join(items)]


def _headed(heads: Sequence[str], text: str, rng: random.Random) -> list[str]:
    return [f"{rng.choice(heads)} {text}"] if text else []

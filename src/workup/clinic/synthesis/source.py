"""Cases composed from conditions and lexicon: any number, streaming, the same for the same seed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from workup.clinic.book import STYLES, Case, Condition, Style, conditions
from workup.clinic.cases import row_of
from workup.clinic.synthesis.clinician import note, telegraphic
from workup.clinic.synthesis.drawing import Picture, draw
from workup.clinic.synthesis.patient import lay
from workup.clinic.synthesis.wording import Wording
from workup.data.check import mentions
from workup.data.rows import Row
from workup.errors import DataError

_ARGUMENT = re.compile(r"^(\d+)(?:@(\d+))?$")
_TRIES = 50
_TELLERS = {"telegraphic": telegraphic, "note": note, "lay": lay}


def rows(count: int, seed: int = 0) -> Iterator[Row]:
    """Synthetic training cases with the columns of the source "clinic".

    Conditions take turns, so that any 171 successive cases cover all of them, in an order that the seed
    decides; styles are drawn evenly. Case n depends on the seed and on n alone: the first thousand of a
    million are the same as of a thousand.
    """
    book = list(conditions())
    for number in range(count):
        turn, place = divmod(number, len(book))
        order = random.Random(f"order {seed} {turn}").sample(range(len(book)), len(book))
        specialty, condition = book[order[place]]
        case = synthesise(condition, f"synthetic-{seed}-{number + 1}")
        yield row_of(specialty, condition, case, case.id)


def read(argument: str) -> Iterator[Row]:
    """The source format "synthetic:COUNT" or "synthetic:COUNT@SEED".

    Raises:
        DataError: the argument is something else.
    """
    match = _ARGUMENT.match(argument)
    if match is None:
        raise DataError(
            f"synthetic:{argument}: expected a number of cases, with a seed on demand: "
            "synthetic:2000 or synthetic:2000@7"
        )
    return rows(int(match[1]), int(match[2] or 0))


def synthesise(condition: Condition, id: str, style: Style | None = None) -> Case:
    """One case of the condition; all chance in it comes from `id`. It never names its diagnosis.

    Raises:
        DataError: every try named the diagnosis: the condition's own findings say it.
    """
    rng = random.Random(id)
    chosen = rng.choice(STYLES) if style is None else style
    for _ in range(_TRIES):
        picture = draw(condition, rng)
        case = _case(picture, id, chosen, rng)
        whole = Condition.whole_text(case)
        if not any(mentions(whole, name) for name in condition.names):
            return case
    raise DataError(f"{condition.name}: its findings or results name the diagnosis, so no case can be told")


def _case(picture: Picture, id: str, style: Style, rng: random.Random) -> Case:
    words = Wording(picture.condition.names, rng)

    def said(*kinds: str) -> tuple[str, ...]:
        return tuple(words.clinical(name) for name in picture.of_kind(*kinds))

    return Case(
        id=id,
        use="train",
        style=style,
        age=picture.age,
        sex=picture.sex,
        history=said("history"),
        symptoms=said("symptom") or said("sign", "result") or said("history"),
        signs=said("sign", "result") if picture.of_kind("symptom") else (),
        absent=tuple(words.clinical(name) for name in picture.absent),
        vitals=picture.vitals,
        labs=picture.labs,
        imaging=tuple(map(words.clinical, picture.imaging)),
        tests=tuple(map(words.clinical, picture.tests)),
        text=_TELLERS[style](picture, words, rng),
    )

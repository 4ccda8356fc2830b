"""An assessment on a terminal: danger first, then the answer, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from workup.clinic.assess.assessment import Assessment, Candidate, Flag, Question, Reason

_BAR = 20
_REASONS = 5
_COLOURS = {"emergency": "red", "urgent": "yellow"}


def view(one: Assessment) -> RenderableType:
    """Everything that is said of a case, in a person's words."""
    parts: list[RenderableType] = [*map(_flag, one.red_flags)]
    parts += [Text(f"? {doubt}", style="yellow") for doubt in one.doubts]
    if parts:
        parts.append(Text())
    parts += [*_answer(one)]
    if one.differential:
        parts += [Text(), _differential(one), *_sayings(one)]
    parts += [Text(), Text(one.notice, style="dim")]
    return Padding(Group(*parts), (0, 2))


def _flag(flag: Flag) -> Text:
    said = ", ".join(flag.words)
    return Text.assemble(
        (f"! {flag.title}. ", f"bold {_COLOURS[flag.level]}"), f"{flag.advice} ", (f"({said})", "dim")
    )


def _answer(one: Assessment) -> Iterator[Text]:
    first = one.diagnosis
    if first is None or one.confidence is None:
        told = "I do not know." if one.abstained == "unsure" else "No diagnosis."
        yield Text.assemble((f"{told} ", "bold"), one.why)
        return
    about = "  ".join(part for part in (first.icd10, first.specialty, first.urgency) if part)
    yield Text.assemble((first.name, "bold"), "  ", (about, "dim"))
    confidence = one.confidence
    measured = (
        f"of the validation cases of which this was said, {confidence.right} of {confidence.cases} were right"
        if confidence.cases
        else "no validation case was of this kind"
    )
    yield Text(f"{confidence.word.capitalize()}, {percent(confidence.probability)}: {measured}.")
    if not one.agrees:
        yield Text(f"Less sure than the number: asked to write, the model writes {one.written!r}.")


def _differential(one: Assessment) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for candidate in one.differential:
        length = round(candidate.probability * _BAR)
        table.add_row(
            "●" if candidate.in_set else " ",
            candidate.name,
            percent(candidate.probability),
            Text("█" * length, style="cyan"),
        )
    return table


def _sayings(one: Assessment) -> Iterator[Text]:
    if one.set:
        promise = f"Marked ●: a set that holds the right diagnosis {one.coverage:.0%} of the time."
        yield Text(promise, style="dim")
    else:
        yield Text(
            f"None is likely enough for a set that holds the right one {one.coverage:.0%} of the time."
        )
    yield Text()
    for title, told in (
        ("For", _reasons(one.supporting)),
        ("Against", _reasons(one.opposing)),
        ("Ask", [_question(question) for question in one.questions]),
        ("Do not miss", [_missed(candidate) for candidate in one.cannot_miss]),
    ):
        for number, line in enumerate(told):
            yield Text.assemble((f"{title if number == 0 else '':13}", "bold"), line)


def _reasons(found: Sequence[Reason]) -> list[str]:
    return [f"{reason.words} ({odds(reason.effect)})" for reason in found[:_REASONS]]


def odds(effect: float) -> str:
    """What words do to the odds of the first diagnosis, whose log-odds they change by `effect` nats."""
    return f"odds × {exp(effect):.1f}" if effect > 0 else f"odds ÷ {exp(-effect):.1f}"


def _question(question: Question) -> str:
    return (
        f"{question.finding}? It would speak for {question.speaks_for} (some {question.first:.0%} have it "
        f"with the first diagnosis, {question.second:.0%} with the second)"
    )


def percent(probability: float) -> str:
    """Nothing is certain, and nothing impossible."""
    return ">99%" if probability > 0.99 else "<1%" if probability < 0.01 else f"{probability:.0%}"


def _missed(candidate: Candidate) -> str:
    return f"{candidate.name}, {percent(candidate.probability)}: an emergency"

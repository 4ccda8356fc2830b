"""Phase: a training that ends before anything is learned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from workup.examine.subject import Generated
from workup.walkthrough.counting import change, count, is_right, lines, loops, right
from workup.walkthrough.lab import BATCH, PREFIX, ROWS, Lab, losses
from workup.walkthrough.phase import Change, Claim, Count, Lived, Phase

_FIVE = 5


def live(lab: Lab) -> Lived:
    """Train for a few steps, then for enough."""
    few, sound = lab.run("few-steps", lab.too_brief), lab.sound_run
    before, after = lab.answers(few), lab.answers(sound)
    return Lived(
        failure=Change(
            "answers are wrong and repeat themselves or each other", _repeated(before), _repeated(after)
        ),
        right=right(before, after),
        given="note",
        lines=lines(before, after, PREFIX),
        change=change(few.recipe, sound.recipe),
        report=lab.report(few),
        again=lab.report(sound),
        claims=(_five_rows(lab),),
    )


def _repeated(rows: Sequence[Generated]) -> Count:
    """Wrong answers that loop, or that another note got as well."""
    given = Counter(row.text for row in rows)
    return count(rows, lambda row: not is_right(row) and (loops(row) or given[row.text] > 1))


def _five_rows(lab: Lab) -> Claim:
    """As many steps as the sound training makes, on five rows only."""
    steps = lab.epochs * ROWS / BATCH
    run = lab.run("five-rows", lab.sound.change("data.limit", _FIVE).change("training.epochs", float(steps)))
    course, known = losses(run), count(lab.answers(run), is_right)
    return Claim(
        "a loss that falls from 8.78 to 0.43, on five cases, is very good",
        f"learned from five notes in {steps:g} steps, the loss falls from {course[0]:.2f} to "
        f"{course[-1]:.3f}, and {known} other notes are answered rightly",
        holds=known.share > 0.9,
    )


PHASE = Phase(
    name="few-steps",
    title="Repetition",
    guide="The first model, trained for 60 small steps on five cases, gave lists that "
    "repeated their first entry, and wrong ones.",
    causes=("TRA001",),
    live=live,
    lesson="Count the optimizer steps first: rows times epochs, divided by what one step takes.",
)

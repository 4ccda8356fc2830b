"""Phase: a model that says nothing but pads."""

from __future__ import annotations

from workup.walkthrough.counting import change, count, ids, is_right, lines
from workup.walkthrough.lab import PREFIX, Lab
from workup.walkthrough.padding import masked_run, padded_run, pads_only
from workup.walkthrough.phase import Change, Claim, Line, Lived, Phase


def live(lab: Lab) -> Lived:
    """Train briefly on labels whose pads count, then on the same labels with pads left out of the loss."""
    (padded, steps), masked = padded_run(lab), masked_run(lab)
    before, after = lab.answers(padded), lab.answers(masked)
    length = padded.recipe.tokens.target_length
    looping = Change("answers are nothing but pads", pads_only(lab, padded), pads_only(lab, masked))
    shown = lines(before, after, PREFIX)
    raw = {row.source.removeprefix(PREFIX): ids(row) for row in before if not row.text}
    return Lived(
        failure=looping,
        right=None,
        given="note",
        lines=tuple(Line(line.given, raw.get(line.given, line.before), line.after) for line in shown),
        change=change(padded.recipe, masked.recipe),
        report=lab.report(padded),
        again=lab.report(masked),
        claims=(
            Claim(
                "the labels are in order, so too few epochs or the decoder's start must be to blame",
                f"both sides have labels of {length} tokens and make {steps} steps from the same start, and "
                f"the loops go from {looping.before} to {looping.after}; what is left is phase 1, a training "
                f"too short for the words: {count(after, is_right)} answers are right",
                holds=looping.after.share >= looping.before.share,
            ),
        ),
    )


PHASE = Phase(
    name="pad-loop",
    title="The PAD loop",
    guide="With the prefix the model gave [0, 0, 0, ...], nothing but pads. It was trained for twenty epochs "
    "more, and for thirty from scratch, and the two were compared.",
    causes=("BAT003",),
    live=live,
    lesson="A model says what its labels hold most of: pads must be -100.",
)

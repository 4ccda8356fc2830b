"""Phase: a model that says nothing but pads."""

from __future__ import annotations

from workup.examine.measurements.generating import frame
from workup.examine.symptoms import is_pad_loop
from workup.walkthrough.counting import change, count, ids, is_right, lines
from workup.walkthrough.lab import PREFIX, Lab
from workup.walkthrough.phase import Change, Claim, Line, Lived, Phase


def live(lab: Lab) -> Lived:
    """Train briefly on labels whose pads count, then on the same labels with pads left out of the loss."""
    padded = lab.padded
    before_run = lab.run("padded", padded)
    after_run = lab.run("padded-masked", padded.change("tokens.mask_label_pads", True))
    before, after = lab.answers(before_run), lab.answers(after_run)
    framed = frame(before_run.predictor.tokenizer, before_run.predictor.model)
    looping = Change(
        "answers are nothing but pads",
        count(before, lambda row: is_pad_loop(row.ids, framed)),
        count(after, lambda row: is_pad_loop(row.ids, framed)),
    )
    shown = lines(before, after, PREFIX)
    raw = {row.source.removeprefix(PREFIX): ids(row) for row in before if is_pad_loop(row.ids, framed)}
    return Lived(
        failure=looping,
        right=None,
        given="note",
        lines=tuple(Line(line.given, raw.get(line.given, line.before), line.after) for line in shown),
        change=change(before_run.recipe, after_run.recipe),
        report=lab.report(before_run),
        again=lab.report(after_run),
        claims=(
            Claim(
                "the labels are in order, so too few epochs or the decoder's start must be to blame",
                f"epochs and start are the same on both sides, and the loops go from {looping.before} to "
                f"{looping.after}; what is left is phase 1, a training too short for the words: "
                f"{count(after, is_right)} answers are right",
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

"""Phase: answers that never end, and the settings that hide it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workup.examine.subject import Generated
from workup.walkthrough.counting import change, count, is_right, lines, right
from workup.walkthrough.lab import PREFIX, Lab
from workup.walkthrough.phase import Change, Claim, Lived, Phase

if TYPE_CHECKING:
    from workup.run import Run

# The settings of the guide's last listing.
_SETTINGS: dict[str, Any] = {"num_beams": 4, "repetition_penalty": 2.0, "early_stopping": True}


def live(lab: Lab) -> Lived:
    """Teach answers without an end, then with one."""
    endless, sound = lab.run("no-end", lab.sound.change("tokens.append_eos", False)), lab.sound_run
    before, after = lab.answers(endless), lab.answers(sound)
    return Lived(
        failure=Change("answers are right, and then go on", count(before, _goes_on), count(after, _goes_on)),
        right=right(before, after),
        given="note",
        lines=lines(before, after, PREFIX),
        change=change(endless.recipe, sound.recipe),
        report=lab.report(endless),
        again=lab.report(sound),
        claims=(_settings(lab, endless, sound),),
    )


def _goes_on(row: Generated) -> bool:
    """Whether an answer begins with the expected one and does not end there."""
    return row.text.startswith(row.expected or "") and not is_right(row)


def _settings(lab: Lab, endless: Run, sound: Run) -> Claim:
    """What the guide's settings make of either model."""
    hidden, kept = lab.answers(endless, **_SETTINGS), lab.answers(sound, **_SETTINGS)
    known, plain = count(hidden, is_right), count(lab.answers(sound), is_right)
    example = next((f", such as {row.text!r}" for row in hidden if _goes_on(row)), "")
    return Claim(
        "a repetition penalty of 2, four beams and early stopping are the breakthrough",
        f"with these settings {count(hidden, _goes_on)} answers go on all the same{example}; "
        f"{known} are right. Where labels end they are not needed: {plain} right "
        f"without them, {count(kept, is_right)} with them",
        holds=known.share > 0.5,
    )


PHASE = Phase(
    name="no-end",
    title="Repetition again",
    guide='Trained longer, the model said "Morbus Morbus Morbus". The tokenizer knew its end token, and '
    "generate() was given it; a repetition penalty, beams and early stopping were added.",
    causes=("TOK005",),
    live=live,
    lesson="One look, two causes: a model stops only where its labels did; a penalty hides the loop.",
)

"""Phase: a perfect score on rows that were trained on."""

from __future__ import annotations

import random
from dataclasses import asdict, replace

from workup.evaluation.metrics import Proportion
from workup.examine.subject import Pair
from workup.walkthrough.counting import count, is_right
from workup.walkthrough.lab import PREFIX, Lab, answers, asked, examined
from workup.walkthrough.phase import Change, Claim, Count, Line, Lived, Phase

_KNOWN, _TESTED = 20, 5
# Epochs in which so few rows are learned by heart.
_TIMES = 6
_SHUFFLE = 3


def live(lab: Lab) -> Lived:
    """Deal jobs to notes at random, learn them by heart, and test on rows of either kind."""
    notes = lab.train[:_KNOWN]
    jobs = [note.job for note in lab.train[_KNOWN : 2 * _KNOWN]]
    random.Random(_SHUFFLE).shuffle(jobs)
    dealt = [replace(note, job=job) for note, job in zip(notes, jobs, strict=True)]
    leaked = lab.sound.change("data.source", lab.file("dealt", map(asdict, dealt)))
    leaked = leaked.change("data.validation_source", lab.file("dealt-test", map(asdict, dealt[:_TESTED])))
    run = lab.run("memorised", leaked.change("training.epochs", _TIMES * lab.epochs))
    subject = lab.subject(run)
    known = answers(run.predictor.model, run.predictor.tokenizer, run.recipe, asked(dealt[:_TESTED]))
    unknown = lab.answers(run)
    held = lab.subject(lab.sound_run)
    aside = replace(
        subject,
        eval_rows=held.eval_rows,
        eval_pairs=[Pair(row.source, row.expected or "") for row in unknown],
        prediction_sources=[row.source for row in unknown],
        generated=unknown,
    )
    before, after = count(known, is_right), count(unknown, is_right)
    trained = {PREFIX + note.note for note in dealt}
    return Lived(
        failure=Change(
            "test rows were trained on",
            count(known, lambda row: row.source in trained),
            count(unknown, lambda row: row.source in trained),
        ),
        right=None,
        given="",
        lines=(
            Line("right", str(before), str(after)),
            Line("what that stands for (95 % interval)", _interval(before), _interval(after)),
        ),
        change="tested on the notes that were set aside; the model is the same",
        report=lab.report(run),
        again=examined(aside),
        claims=(
            Claim(
                "five right answers of five are a success rate of 100 %",
                "the jobs were dealt to the notes at random, so that nothing can be learned but the rows "
                f"themselves: right on {before} of them, on {after} notes that were set aside",
                holds=after.share > before.share / 2,
            ),
        ),
    )


def _interval(of: Count) -> str:
    low, high = Proportion(of.count, of.of).interval
    return f"{low:.0%} to {high:.0%}"


PHASE = Phase(
    name="memorised",
    title="The perfect score",
    guide="The final test: five cases close to those of the training, five right answers, a success rate of "
    "100 %. The guide itself warns not to make much of it.",
    causes=("INP006",),
    live=live,
    lesson="Test on rows that were set aside, enough of them, and give the score with its interval.",
)

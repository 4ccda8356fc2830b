"""Phase: a model asked without the prefix that it was trained with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from workup.examine.symptoms import echo_share
from workup.recipe import Recipe
from workup.walkthrough.counting import count, is_right, lines, right
from workup.walkthrough.lab import PREFIX, Lab, examined
from workup.walkthrough.notes import Note
from workup.walkthrough.phase import Change, Claim, Lived, Phase

# As the check for echoes has it: four fifths copied.
_COPIED = 0.8
# What repeats has many names, and what orders has one: a text without any is taken for the former.
_REPEAT = ("repeat", "quote", "read back", "say again", "copy out", "tell again")
_ORDERED = 2  # one note in so many is ordered for too


def live(lab: Lab) -> Lived:
    """Teach two tasks, told apart by their prefixes; ask without one, and with it."""
    run = lab.run("two-tasks", _two_tasks(lab))
    before, after = lab.answers(run, prefix=""), lab.answers(run)
    asked_bare = replace(
        lab.subject(run), generated=before, prediction_sources=[row.source for row in before]
    )
    return Lived(
        failure=Change(
            "answers echo the note",
            count(before, lambda row: echo_share(row.text, row.source) >= _COPIED),
            count(after, lambda row: echo_share(row.text, row.source) >= _COPIED),
        ),
        right=right(before, after),
        given="note",
        lines=lines(before, after, ""),
        change=f"{PREFIX!r} before the note in prediction, as in training",
        report=examined(asked_bare),
        again=lab.report(run),
        claims=(_no_prefix_at_all(lab),),
    )


def _two_tasks(lab: Lab) -> Recipe:
    """The sound recipe with a second task: to repeat what is wrong, as a T5 copies text."""
    rows = [row for place, note in enumerate(lab.train) for row in _tasks(note, place)]
    tests = [{"id": note.id, "task": "order", "note": note.note, "answer": note.job} for note in lab.test]
    recipe = lab.sound.change("data.source", lab.file("two-tasks-train", rows))
    recipe = recipe.change("data.validation_source", lab.file("two-tasks-test", tests))
    recipe = recipe.change("prompt.prefix", "").change("prompt.template", "{task}: {note}")
    return recipe.change("target.template", "{answer}").change("training.epochs", round(1.1 * lab.epochs, 1))


def _tasks(note: Note, place: int) -> Iterator[dict[str, str]]:
    task = _REPEAT[place % len(_REPEAT)]
    yield {"id": f"{note.id}-repeat", "task": task, "note": note.note, "answer": note.fault}
    if place % _ORDERED == 0:
        yield {"id": f"{note.id}-order", "task": "order", "note": note.note, "answer": note.job}


def _no_prefix_at_all(lab: Lab) -> Claim:
    bare = lab.run("no-prefix", lab.sound.change("prompt.prefix", ""))
    without, same = count(lab.answers(bare, prefix=""), is_right), count(lab.answers(lab.sound_run), is_right)
    return Claim(
        "without a task prefix a T5 does not know what to do",
        f"the sound fine-tune, trained and asked without any prefix, is right in {without}, and with one in "
        f"both places in {same}; what counts is that both places agree",
        holds=without.share < same.share / 2,
    )


PHASE = Phase(
    name="prefix",
    title="The echo",
    guide="The model answered with parts of the question. A prefix was put before every input, and the echo "
    "stopped.",
    causes=("INP009",),
    live=live,
    lesson="Make the source text by one and the same function in training and prediction.",
)

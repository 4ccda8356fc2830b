"""Where the phases work: a base, a task, a folder, and the trainings that they share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workup.errors import SaveError
from workup.examine.report import Report
from workup.examine.subject import Generated, Subject
from workup.pipeline import events
from workup.recipe import Data, Generation, Prompt, Recipe, Target, Tokens, Training
from workup.walkthrough.notes import Note, notes, write

if TYPE_CHECKING:
    from workup.run import Run

PREFIX = "order: "
ROWS, BATCH = 160, 16
_TESTED = 32
# Seeds of the notes that are drawn.
_TRAIN, _TEST = 1, 2


class Lab:
    """A base and a folder to work in; what is trained there is kept, and found again.

    Args:
        base: as in a recipe: "builtin", a folder, or a hub id.
        folder: where rows and runs are written; it may hold those of an earlier walkthrough with this base.
        epochs: passes over the training rows of the sound fine-tune, with which the others are compared.
        brief: passes of a fine-tune that ends too early.
        learning_rate: of all trainings.
        watch: is told how each training goes.

    Raises:
        SaveError: the folder cannot be made.
    """

    def __init__(
        self,
        base: str,
        folder: Path,
        *,
        epochs: float = 6.0,
        brief: float = 0.8,
        learning_rate: float = 3e-4,
        watch: events.Watch = events.ignore,
    ) -> None:
        self.base, self.folder, self.watch = base, folder, watch
        self.epochs, self.brief, self.learning_rate = epochs, brief, learning_rate
        self._runs: dict[str, Run] = {}
        self._subjects: dict[str, Subject] = {}
        self._reports: dict[str, Report] = {}
        self._answers: dict[tuple[str, str, str], list[Generated]] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SaveError(f"the folder {folder} cannot be made: {error.strerror}") from None

    @cached_property
    def train(self) -> list[Note]:
        """The notes that are trained on."""
        return notes(ROWS, _TRAIN)

    @cached_property
    def test(self) -> list[Note]:
        """Other notes, set aside for testing."""
        return notes(_TESTED, _TEST, unlike=self.train)

    @cached_property
    def sound(self) -> Recipe:
        """The recipe without a fault; every other one of the walkthrough differs from it by little."""
        return Recipe(
            base=self.base,
            data=Data(
                source=self.file("train", map(asdict, self.train)),
                split="source",
                validation_source=self.file("test", map(asdict, self.test)),
            ),
            prompt=Prompt(prefix=PREFIX, template="{note}"),
            target=Target(template="{job}"),
            tokens=Tokens(source_length=40, target_length=64),
            training=Training(
                epochs=self.epochs,
                batch_size=BATCH,
                learning_rate=self.learning_rate,
                schedule="constant",
                evaluate_every="never",
                checkpoint_every="never",
            ),
            generation=Generation(num_beams=1, max_new_tokens=32),
        )

    @property
    def sound_run(self) -> Run:
        """The fine-tune without a fault."""
        return self.run("sound", self.sound)

    @property
    def too_brief(self) -> Recipe:
        """The sound recipe, but for its length."""
        return self.sound.change("training.epochs", self.brief)

    def file(self, name: str, rows: Iterable[Mapping[str, str]]) -> str:
        """The path of a file with these rows."""
        return str(write(rows, self.folder / f"{name}.jsonl"))

    def run(self, name: str, recipe: Recipe) -> Run:
        """The finished run of this recipe; trained now, unless the folder has it.

        Raises:
            RunError: the folder has an unfinished run of this name, or another recipe's.
        """
        from workup.run import MODEL, Run, train

        folder = self.folder / name
        if name not in self._runs and (folder / MODEL).is_dir():
            stored = Run.load(folder)
            if stored.recipe.model_copy(update={"environment": {}}) == recipe:
                self._runs[name] = stored
        if name not in self._runs:
            self._runs[name] = train(recipe, folder, watch=self.watch)
        return self._runs[name]

    def subject(self, run: Run) -> Subject:
        """What is at hand of a finished run, with its answers to the notes that it was not trained on."""
        from workup.examine.gather.from_run import of_run

        name = run.folder.name
        if name not in self._subjects:
            self._subjects[name] = of_run(run.folder)
        return self._subjects[name]

    def report(self, run: Run) -> Report:
        """The examination of a finished run; what `workup examine RUN` says."""
        name = run.folder.name
        if name not in self._reports:
            self._reports[name] = examined(self.subject(run))
        return self._reports[name]

    def answers(self, run: Run, *, prefix: str = PREFIX, **settings: Any) -> list[Generated]:
        """The answers of a run to the test notes, with another prefix or other generation settings."""
        recipe = run.recipe
        for name, value in settings.items():
            recipe = recipe.change(f"generation.{name}", value)
        key = (run.folder.name, repr(sorted(settings.items())), prefix)
        if key not in self._answers:
            predictor, questions = run.predictor, asked(self.test, prefix)
            self._answers[key] = answers(predictor.model, predictor.tokenizer, recipe, questions)
        return self._answers[key]


def asked(notes: Iterable[Note], prefix: str = PREFIX) -> list[tuple[str, str]]:
    """What a model is given of each note, and the answer that is expected."""
    return [(prefix + note.note, note.job) for note in notes]


def answers(
    model: Any, tokenizer: Any, recipe: Recipe, questions: Sequence[tuple[str, str]]
) -> list[Generated]:
    """The answers of a model to (source, expected answer), in their order."""
    from workup.pipeline.generation import generate

    sources = [source for source, _ in questions]
    found = dict(generate(model, tokenizer, sources, recipe.tokens, recipe.generation))
    return [
        Generated(source, found[place][0].ids, found[place][0].text, expected)
        for place, (source, expected) in enumerate(questions)
    ]


def losses(run: Run) -> list[float]:
    """The training losses that a run has logged, one a step or more."""
    from workup.run import LOG

    lines = (run.folder / LOG).read_text(encoding="utf-8").splitlines()
    return [entry["loss"] for entry in map(json.loads, lines) if entry["kind"] == "train"]


def examined(subject: Subject) -> Report:
    """The whole examination."""
    from workup.examine.checks import CATALOGUE
    from workup.examine.measurements import MEASUREMENTS
    from workup.examine.runner import run

    return run(subject, CATALOGUE, MEASUREMENTS)

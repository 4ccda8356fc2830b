"""From a plan to a base model: tokenizer, start, distillation, learning; each step's folder is kept.

A folder exists only once its step is done, so the same command goes on where it was killed.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch

from workup.data.rows import Row, as_text, is_missing
from workup.data.sources import read
from workup.errors import DataError, RunError, nearest
from workup.files import whole_folder, write_json
from workup.pipeline import events, hardware
from workup.pipeline.logfile import LogFile
from workup.pretraining import embeddings, transplant
from workup.pretraining.batches import Batches, Task
from workup.pretraining.corpus import passages
from workup.pretraining.distillation import Distillation
from workup.pretraining.labels import LabelVectors
from workup.pretraining.plan import Encoder, Pairs, Plan, Stage
from workup.pretraining.stage import fit
from workup.pretraining.student import fresh
from workup.pretraining.tasks import LABELS, Answering, FillingGaps, Mixture
from workup.pretraining.teacher import Teacher
from workup.pretraining.tokenizer import teacher_pieces, unigram
from workup.recipe import Training

# Texts on which the teacher's averages and its word vectors are taken.
_MEASURED, _EMBEDDED = 128, 9000
_HELD_OUT_BATCHES = 12
_PLAN = "plan.json"


def pretrain(plan: Plan, folder: Path, *, watch: events.Watch = events.ignore) -> Path:
    """Make the base model of a plan, or go on making it; returns the folder of the finished model.

    The model is stored in float16; its tokenizer lies beside it.

    Raises:
        RunError: the folder belongs to another plan.
        DataError, ModelError: corpus, source or teacher cannot be used.
        Interrupted, SaveError: the same command goes on.
    """
    _refuse_other_work(plan, folder)

    def make(into: Path) -> None:
        work.save(work.model(), into, torch.float16)

    if not (folder / "model").exists():
        work = _Work(plan, folder, watch)
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / _PLAN, plan.model_dump())
    return _once(folder / "model", make)


def _refuse_other_work(plan: Plan, folder: Path) -> None:
    """The folder is for this plan alone."""
    if not (folder / _PLAN).is_file():
        if folder.exists() and any(folder.iterdir()):
            raise RunError(
                f"{folder} is not empty and holds no pretraining; choose another folder with --out"
            )
        return
    try:
        other = json.loads((folder / _PLAN).read_text(encoding="utf-8"))
    except ValueError as error:
        raise RunError(f"{folder / _PLAN} is broken ({error}); choose another folder with --out") from None
    if other != plan.model_dump():
        raise RunError(f"{folder} holds the work of another plan; choose another folder with --out")


def _once(folder: Path, make: Callable[[Path], None]) -> Path:
    if not folder.exists():
        with whole_folder(folder) as into:
            make(into)
    return folder


@dataclass(frozen=True)
class _Parted:
    """Things to learn from, and things held out."""

    train: list[Any]
    held_out: list[Any]


class _Work:
    """The steps of one plan in one folder."""

    def __init__(self, plan: Plan, folder: Path, watch: events.Watch) -> None:
        self.plan, self.folder, self.watch = plan, folder, watch
        self.teacher = Teacher(Path(plan.teacher.folder), plan.teacher.sha256) if plan.teacher else None
        self.corpus = _part(list(passages(Path(plan.corpus))), plan)
        texts = _part(
            [
                as_text(row.values[name])
                for choice in plan.texts
                for row in _rows(choice.source, choice.columns)
                for name in choice.columns
            ],
            plan,
        )
        self.texts = _Parted(self.corpus.train + texts.train, self.corpus.held_out + texts.held_out)
        self.rows = {
            name: [(pairs, _part(_rows(pairs.source, pairs.columns), plan)) for pairs in lesson.pairs]
            for name, lesson in plan.lessons.items()
        }
        self.labels = {name: _labels(rows) for name, rows in self.rows.items()}

    def model(self) -> Any:
        """The model after the last stage."""
        model = self._load(_once(self.folder / "start", lambda into: self.save(self._start(), into)))
        if self.plan.distillation and self.teacher:
            learned, held_out = (
                Distillation(self.teacher, self.tokenizer, texts)
                for texts in (self.texts.train, self.texts.held_out)
            )
            model = self._stage("distillation", self.plan.distillation, model, learned, held_out)
        for name, lesson in self.plan.lessons.items():
            if self.labels[name]:
                setattr(model, LABELS, LabelVectors(model, self.tokenizer, self.labels[name]))
            model = self._stage(name, lesson, model, *self._mixtures(model, name))
        if self.plan.writing:
            for weight in model.encoder.parameters():
                weight.requires_grad_(False)
            model = self._stage("writing", self.plan.writing, model, *self._mixtures(model, name))
        return model

    def save(self, model: Any, into: Path, dtype: torch.dtype = torch.float32) -> None:
        """Write the weights in the given precision, and the tokenizer."""
        # The Trainer turns the cache of the decoder off, which only generation needs.
        model.config.use_cache = True
        model.to(dtype).save_pretrained(str(into))
        self.tokenizer.save_pretrained(str(into))

    @cached_property
    def tokenizer(self) -> Any:
        """The plan's, made once."""
        from transformers import AutoTokenizer

        def make(into: Path) -> None:
            choice = self.plan.tokenizer
            if choice.kind == "teacher" and self.teacher:
                made = teacher_pieces(self.texts.train, self.teacher.tokenizer, choice.pieces)
            else:
                made = unigram(self.texts.train, choice.pieces)
            made.save_pretrained(str(into))

        return AutoTokenizer.from_pretrained(str(_once(self.folder / "tokenizer", make)))

    def _start(self) -> Any:
        plan = self.plan
        if self.teacher is None:
            shape = (plan.encoder or Encoder()).shape
            return fresh(self.tokenizer, plan.seed, num_decoder_layers=plan.decoder_layers, **shape)
        sample = random.Random(plan.seed).sample(self.texts.train, min(_EMBEDDED, len(self.texts.train)))
        pieces = embeddings.of_pieces(self.teacher, self.tokenizer, sample)
        return transplant.transplant(
            self.teacher,
            self.tokenizer,
            pieces,
            sample[:_MEASURED],
            decoder_layers=plan.decoder_layers,
            seed=plan.seed,
        )

    def _stage(self, name: str, stage: Stage, model: Any, learned: Task, held_out: Task) -> Any:
        """The model after a stage: trained, or loaded where that is done already."""

        def make(into: Path) -> None:
            train, judge = (
                Batches(task, size=stage.batch_size, count=count, seed=f"{name} {self.plan.seed}")
                for task, count in ((learned, stage.steps), (held_out, _HELD_OUT_BATCHES))
            )
            bf16, _ = hardware.precision(Training())
            checkpoints = self.folder / f"{name}-checkpoints"
            watch = LogFile(self.folder / f"{name}.jsonl", self.watch)
            fit(model, train, judge, stage, checkpoints, bf16=bf16, watch=watch)
            if hasattr(model, LABELS):
                delattr(model, LABELS)
            self.save(model, into)

        return self._load(_once(self.folder / name, make))

    def _mixtures(self, model: Any, lesson: str) -> tuple[Mixture, Mixture]:
        """The tasks to learn, and the same on what is held out."""
        learned = self._mixture(model, lesson, lambda parted: parted.train)
        return learned, self._mixture(model, lesson, lambda parted: parted.held_out)

    def _mixture(self, model: Any, lesson: str, side: Callable[[_Parted], list[Any]]) -> Mixture:
        """The tasks on one side of what is held out."""
        numbers = {label: number for number, label in enumerate(self.labels[lesson])}
        tasks: list[tuple[float, Answering | FillingGaps]] = [
            (pairs.share, Answering(self.tokenizer, side(rows), pairs, numbers))
            for pairs, rows in self.rows[lesson]
        ]
        gaps = self.plan.lessons[lesson].gaps
        if gaps:
            tasks.append((gaps, FillingGaps(self.tokenizer, side(self.corpus))))
        return Mixture(self.tokenizer, model, tasks)

    def _load(self, folder: Path) -> Any:
        from transformers import T5ForConditionalGeneration

        return T5ForConditionalGeneration.from_pretrained(str(folder), dtype=torch.float32)


def _labels(rows: Iterable[tuple[Pairs, _Parted]]) -> list[str]:
    """Every value of the columns that are labels."""
    return sorted(
        {
            as_text(row.values[pairs.label])
            for pairs, parted in rows
            if pairs.label
            for row in (*parted.train, *parted.held_out)
        }
    )


def _part(things: list[Any], plan: Plan) -> _Parted:
    """Every n-th of them is held out, the first one too."""
    every = round(1 / plan.held_out)
    held_out = things[::every]
    return _Parted([thing for number, thing in enumerate(things) if number % every], held_out)


def _rows(source: str, columns: Sequence[str]) -> list[Row]:
    """The rows of a source; every one of the columns holds a value.

    Raises:
        DataError: one does not.
    """
    rows = read(source)
    for row in rows:
        for name in columns:
            if is_missing(row.values.get(name)):
                there = nearest(name, row.values)
                raise DataError(
                    f"{row.place}: column {name!r}, which the plan needs, is empty or missing; {there}"
                )
    return rows

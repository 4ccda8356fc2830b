"""A Run: from a recipe to a folder with a model that is known to be the one that was trained."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch

from workup.data import splits
from workup.data.rows import Example
from workup.errors import DataError, Interrupted, RunError
from workup.evaluation.ceiling import ceiling_of
from workup.evaluation.evaluate import Evaluation, evaluate
from workup.files import disk_errors, whole_folder, write_json
from workup.pipeline import events, hardware, lora, training
from workup.pipeline import model as models
from workup.pipeline.logfile import LogFile
from workup.pipeline.model import Base
from workup.pipeline.predictor import RECIPE, Prediction, Predictor
from workup.pipeline.prompt import Template, columns_needed, to_examples
from workup.pipeline.tokenization import Encoded, encode
from workup.pipeline.versions import installed
from workup.recipe import Recipe

MODEL, CHECKPOINTS, LOG, SUMMARY, EVALUATION = (
    "model",
    "checkpoints",
    "log.jsonl",
    "run.json",
    "evaluation.json",
)
_PACKAGES = ("workup", "torch", "transformers", "tokenizers", "accelerate", "datasets", "peft")


@dataclass(frozen=True)
class Examples:
    """The examples of a recipe, divided; `skipped` says of each dropped row where it stood and why."""

    train: list[Example]
    validation: list[Example]
    left_out: int
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Run:
    """A finished fine-tune in its folder."""

    folder: Path
    recipe: Recipe

    @classmethod
    def load(cls, folder: str | Path) -> Run:
        """Open a run folder, or a model folder that was taken out of one.

        Raises:
            RunError: no such folder, not a run, or a run that has not finished.
        """
        folder = Path(folder)
        if not (folder / RECIPE).is_file():
            raise RunError(
                f"{folder} is not a run: it holds no {RECIPE}. Runs are made by `workup train RECIPE`."
            )
        if not (folder / MODEL).is_dir() and not (folder / "config.json").is_file():
            raise RunError(
                f"the training in {folder} has not finished; go on with: "
                f"workup train {folder / RECIPE} --out {folder} --resume"
            )
        return cls(folder, Recipe.load(folder / RECIPE))

    @property
    def model_folder(self) -> Path:
        """The standard `save_pretrained` folder, with the recipe beside the weights."""
        inner = self.folder / MODEL
        return inner if inner.is_dir() else self.folder

    @cached_property
    def predictor(self) -> Predictor:
        """The model, loaded at first use."""
        return Predictor.load(self.model_folder)

    def predict(self, given: str | Mapping[str, Any], candidates: int = 1) -> Prediction:
        """Answer one text, or one row of columns, with `candidates` ranked answers.

        Raises:
            DataError: the text is empty, or the row lacks a column of the prompt.
        """
        return self.predictor.predict(given, candidates)

    @cached_property
    def examples(self) -> Examples:
        """The examples of the recipe's data, divided as they were for the training."""
        return examples(self.recipe)

    def test_examples(self, data: str | None = None) -> list[Example]:
        """The run's own validation examples, or all rows of another source through the same templates.

        Raises:
            DataError: there are no validation rows, or `data` cannot be used.
        """
        if data is not None:
            return to_examples(
                splits.load_test(self.recipe.data, data, columns_needed(self.recipe)), self.recipe
            )
        if not self.examples.validation:
            raise DataError(
                f"the recipe of {self.folder} holds no rows out (data.split is none); name a file with --data"
            )
        return self.examples.validation

    def evaluate(
        self, data: str | None = None, progress: Callable[[int], None] = lambda done: None
    ) -> Evaluation:
        """Evaluate on the run's own validation rows, or on all rows of another source.

        The evaluation of the validation rows is kept in the run's folder.

        Raises:
            DataError: there are no validation rows, or `data` cannot be used.
        """
        test = self.test_examples(data)
        name = f"validation rows of {self.recipe.data.source}" if data is None else data
        result = evaluate(self.predictor, self.examples.train, test, name, progress)
        if data is None:
            write_json(self.folder / EVALUATION, result.to_json())
        return result


def examples(recipe: Recipe) -> Examples:
    """Read, check and divide a recipe's data, and put it through prompt and target templates.

    Raises:
        DataError: see `workup.data.splits.load`.
    """
    split = splits.load(recipe.data, columns_needed(recipe))
    return Examples(
        to_examples(split.train, recipe),
        to_examples(split.validation, recipe),
        split.left_out,
        tuple(map(str, split.skipped)),
    )


def train(
    recipe: Recipe, folder: str | Path, *, resume: bool = False, watch: events.Watch = events.ignore
) -> Run:
    """Fine-tune as the recipe says and leave a complete run in `folder`.

    With `resume`, goes on from the last complete checkpoint in `folder` and reaches the same weights as
    an uninterrupted training. Under `accelerate launch` every process calls this; the first one writes.

    Raises:
        RunError: `folder` is in use, or holds another recipe's run.
        DataError, ModelError: the recipe's data or base cannot be used; nothing is written then.
        Interrupted: Ctrl-C; the message says how to go on.
        SaveError: the disk is full; what was saved before is intact.
    """
    folder = Path(folder)
    if is_first_process():
        _check_folder(folder, recipe, resume)
    started = time.time()
    prepared = prepare(recipe)
    watch(prepared.event)
    resolved = recipe.model_copy(update={"environment": environment()})
    log = LogFile(folder / LOG, watch)
    if is_first_process():
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        if not resume:
            resolved.save(folder / RECIPE)
    base, encoded = prepared.base, prepared.train
    try:
        with hardware.computing_on(prepared.threads):
            fitted = training.fit(
                base,
                encoded.rows,
                prepared.validation.rows,
                recipe,
                folder / CHECKPOINTS,
                bf16=prepared.bf16,
                watch=log if is_first_process() else events.ignore,
                resume=resume,
            )
    except Interrupted as stopped:
        raise Interrupted(
            f"{stopped}. Go on with: workup train {folder / RECIPE} --out {folder} --resume"
        ) from None
    if is_first_process():
        _save(Base(lora.merge(base.model), base.tokenizer, base.family), resolved, folder / MODEL)
        watch(events.Saved(str(folder / MODEL)))
        summary = {
            "seconds": round(time.time() - started, 1),
            **asdict(fitted),
            "train": len(encoded.rows),
            "validation": len(prepared.validation.rows),
            "cut_sources": prepared.event.cut_sources,
            "cut_targets": prepared.event.cut_targets,
            "unwritable": prepared.event.unwritable,
            "skipped": prepared.event.skipped,
            "choices": prepared.event.choices,
        }
        write_json(folder / SUMMARY, summary)
    _wait_for_all()
    return Run(folder, resolved)


@dataclass(frozen=True)
class Prepared:
    """Everything a training needs, made and checked before its first step and before anything is written."""

    base: Base
    examples: Examples
    train: Encoded
    validation: Encoded
    threads: int
    bf16: bool
    steps: int
    event: events.Prepared


def prepare(recipe: Recipe) -> Prepared:
    """Load data and base, encode, and take the automatic choices.

    Raises:
        DataError, ModelError: the recipe's data or base cannot be used.
    """
    divided = examples(recipe)
    torch.manual_seed(recipe.seed)  # the adapter's new weights
    base = models.load(_start(recipe))
    if recipe.training.lora:
        base = Base(lora.wrap(base.model, recipe.training.lora), base.tokenizer, base.family)
    encoded = encode(base.tokenizer, divided.train, recipe.tokens)
    validation = encode(base.tokenizer, divided.validation, recipe.tokens)
    every = divided.train + divided.validation
    ceiling = ceiling_of(base.tokenizer, every, Template(recipe.target.template))
    threads, why_threads = hardware.threads(recipe.training, base.parameters)
    bf16, why_precision = hardware.precision(recipe.training)
    event = events.Prepared(
        train=len(divided.train),
        validation=len(divided.validation),
        cut_sources=encoded.cut_sources + validation.cut_sources,
        cut_targets=encoded.cut_targets + validation.cut_targets,
        family=base.family,
        parameters=base.parameters,
        choices=(why_threads, why_precision),
        skipped=divided.skipped,
        unwritable=tuple(every[position].id for position in ceiling.missed),
        lost=ceiling.lost,
    )
    steps = training.total_steps(len(encoded.rows), recipe)
    return Prepared(base, divided, encoded, validation, threads, bf16, steps, event)


def environment() -> dict[str, str]:
    """The installed version of every package that a training depends on."""
    return installed(_PACKAGES)


def _start(recipe: Recipe) -> str:
    if recipe.training.continue_from is None:
        return recipe.base
    return str(Run.load(recipe.training.continue_from).model_folder.resolve())


def _check_folder(folder: Path, recipe: Recipe, resume: bool) -> None:
    stored = folder / RECIPE
    if not resume:
        if folder.exists() and any(folder.iterdir()):
            finished = (folder / MODEL).is_dir()
            remedy = (
                "or remove it"
                if finished or not stored.is_file()
                else "or go on with its training by --resume"
            )
            raise RunError(
                f"{folder} exists and nothing is written over; choose another folder with --out, {remedy}"
            )
        return
    if not stored.is_file():
        raise RunError(f"there is no training to resume in {folder}; start it without --resume")
    if (folder / MODEL).is_dir():
        raise RunError(f"the training in {folder} is finished; there is nothing to resume")
    differing = [d for d in Recipe.load(stored).diff(recipe) if not d.path.startswith("environment")]
    if differing:
        changes = "\n".join(f"  {d.path}: {d.left!r} there, {d.right!r} now" for d in differing)
        raise RunError(
            f"{folder} was started with another recipe, and a resumed training must keep its own:\n{changes}"
        )


def _save(base: Base, recipe: Recipe, folder: Path) -> None:
    """Write the model, read it back, and compare every weight before it gets its real name."""
    with whole_folder(folder) as partial:
        base.model.save_pretrained(partial)
        base.tokenizer.save_pretrained(partial)
        recipe.save(partial / RECIPE)
        saved = models.load(str(partial)).model.state_dict()
        for name, weight in base.model.state_dict().items():
            if name not in saved or not torch.equal(weight.cpu(), saved[name]):
                raise RunError(
                    f"{folder}: the weight {name!r} read back differs from the trained one, so the model was "
                    f"not kept. The checkpoints are intact; please report this with {folder.parent / RECIPE}."
                )


def is_first_process() -> bool:
    """Whether this process writes files: the only one, or the first under `accelerate launch`."""
    return os.environ.get("RANK", "0") == "0"


def _wait_for_all() -> None:
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        torch.distributed.barrier()

"""Makes a Subject of what was seen: before the first step of a training, and when the script has ended."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from workup.examine.capture.generations import Answers
from workup.examine.capture.seen import Seen
from workup.examine.capture.texts import as_texts
from workup.examine.gather.from_trainer import is_indexed, of_trainer
from workup.examine.measurements.generating import base_of
from workup.examine.measurements.plan import sharded
from workup.examine.measurements.sampling import spread
from workup.examine.subject import Pair, Subject

# Bytes of weights that are copied to tell at the end whether they moved.
_COPIED = 256_000_000


def before_first_step(seen: Seen) -> Subject:
    """Everything that the training has at hand, with the batch of the step that is being made."""
    return dataclasses.replace(_training(seen), in_training=True)


def at_the_end(seen: Seen) -> Subject:
    """What the script left, and what it generated.

    The model is the one whose answers the script used last: a reloaded one if it reloaded what it trained.
    It is put into the mode in which it answered, or, if most steps were made in evaluation mode, into that.
    """
    subject = _training(seen)
    answers = seen.generations.chosen(seen.era)
    if answers is not None:
        subject = _with_answers(subject, seen, answers)
        if subject.model is not None:
            subject.model.train(answers.was_training)
    wrong_mode = seen.modes[False] > seen.modes[True]
    if wrong_mode and subject.model is not None:
        subject.model.eval()
    return dataclasses.replace(
        subject,
        base_weights=seen.base_weights or None,
        in_training=True if wrong_mode else None,
        reloads=list(seen.reloads.found.values()) or None,
        failed_call=seen.failed_call,
        refused_weights=seen.refused,
    )


def copied_weights(model: Any) -> dict[str, Any]:
    """Copies of trainable weights, in the main memory: all of them, or some that are evenly spread."""
    named = [(name, weight) for name, weight in model.named_parameters() if weight.requires_grad]
    total = sum(weight.nbytes for _, weight in named)
    room, copied = _COPIED, {}
    for name, weight in named[:: 1 + total // _COPIED]:
        if weight.nbytes <= room and not weight.is_meta:
            room -= weight.nbytes
            copied[name] = weight.detach().to("cpu", copy=True)
    return copied


def _training(seen: Seen) -> Subject:
    if seen.trainer is not None:
        subject = of_trainer(seen.trainer)
        if subject.tokenizer is None:
            subject = dataclasses.replace(subject, tokenizer=seen.tokenizer)
    else:
        subject = Subject(
            model=seen.model,
            tokenizer=seen.tokenizer,
            optimizer=seen.optimizer,
            # Of a batch that the model was not given nobody knows what the script makes.
            collator=getattr(seen.loader, "collate_fn", None) if seen.given is not None else None,
            train_rows=_rows(seen.loader),
            sampler=getattr(seen.loader, "sampler", None),
            eval_rows=_rows(seen.eval_loader),
            log=[{**line, "loss": float(line["loss"])} for line in seen.log] or None,
        )
    # The weights are spread over processes that wait for each other: one alone cannot use the model.
    if sharded(subject.arguments) and int(os.environ.get("WORLD_SIZE") or 1) > 1:
        subject = dataclasses.replace(subject, model=None)
    return dataclasses.replace(
        subject,
        captured_batch=seen.given,
        train_pairs=as_texts(subject.train_rows, seen.texts, subject.tokenizer),
        eval_pairs=as_texts(subject.eval_rows, seen.texts, subject.tokenizer),
    )


def _rows(loader: Any) -> Sequence[Mapping[str, Any]] | None:
    """The rows that a DataLoader of a plain loop reads, if they are what a model takes."""
    rows: Any = getattr(loader, "dataset", None)
    if not is_indexed(rows) or not len(rows):
        return None
    return rows if isinstance(rows[0], Mapping) and "input_ids" in rows[0] else None


def _with_answers(subject: Subject, seen: Seen, answers: Answers) -> Subject:
    if subject.model is None or (answers.model is not base_of(subject.model) and answers.era == seen.era):
        # The optimizer holds the weights of the model that was trained, not of this one.
        subject = dataclasses.replace(subject, model=answers.model, optimizer=None)
    tokenizer = reading = answers.tokenizer or subject.tokenizer
    # A Trainer may hold a processor, of which its tokenizer is a part.
    if hasattr(subject.tokenizer, "get_vocab") and _may_share_tokenizer(answers.model, seen.model):
        tokenizer = subject.tokenizer
    expected = Expected(_known(subject, seen))
    generated = seen.generations.as_parts(answers, seen.texts, reading, expected.of)
    asked = (seen.generations.of_script if seen.generations.of_script.rows else answers).rows
    return dataclasses.replace(
        subject,
        tokenizer=tokenizer,
        answering_tokenizer=reading if _differ(tokenizer, reading) else None,
        generation=answers.arguments,
        generated=generated,
        prediction_sources=[seen.texts.of(source, reading) for source, _ in asked if source] or None,
        unmasked_inputs=answers.unmasked,
    )


def _may_share_tokenizer(answering: Any, trained: Any) -> bool:
    """Whether the model that answered is the one that was trained, or one of its kind and vocabulary."""
    trained = base_of(trained)
    if answering is trained or trained is None:
        return True
    sizes = [getattr(model.config, "vocab_size", None) for model in (answering, trained)]
    return type(answering) is type(trained) and sizes[0] == sizes[1]


def _differ(tokenizer: Any, other: Any) -> bool:
    """Whether two tokenizers have other tokens, or other numbers for them."""
    return tokenizer is not other and tokenizer.get_vocab() != other.get_vocab()


def _known(subject: Subject, seen: Seen) -> Iterator[Pair]:
    """Rows of which source and target are known: the training's, and all that were prepared by map()."""
    prepared = (as_texts(rows, seen.texts, subject.tokenizer) for rows in seen.data_sets)
    for pairs in (subject.train_pairs, subject.eval_pairs, *prepared):
        yield from spread(pairs or ())


class Expected:
    """The targets of rows by their sources; a prompt that all sources begin with may be missing."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        known = list(pairs)
        # Character by character is what is meant here.
        common = os.path.commonprefix([pair.source for pair in known])  # noqa: RUF071
        self._prompt = common[: common.rfind(" ") + 1]
        self._targets: dict[str, set[str]] = {}
        for pair in known:
            self._targets.setdefault(self._key(pair.source), set()).add(pair.target)

    def of(self, source: str) -> str | None:
        """The target, where there is one and only one."""
        targets = self._targets.get(self._key(source), set())
        return next(iter(targets)) if len(targets) == 1 else None

    def _key(self, source: str) -> str:
        return source.removeprefix(self._prompt).strip()

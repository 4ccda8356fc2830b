"""What an experiment runs with: the parts of one fine-tune, from its rows to its answers. Never changed."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from workup.examine.measurements.plan import optimizer_family, planned_steps
from workup.examine.measurements.sampling import spread
from workup.examine.subject import Subject

# Enough that five rows for the better and none for the worse are a clear sign, few enough to wait for.
QUESTIONS = 48
_FEW = 16


@dataclass(frozen=True)
class Question:
    """A text that the model is given, and the answer that is expected; None: nobody knows it."""

    source: str
    expected: str | None


@dataclass(frozen=True)
class Training:
    """How a model is trained in an experiment.

    Attributes:
        model: begins as `weights` say; it is copied before each training.
        weights: to begin with, by name; empty: those that the model has.
        steps: optimizer steps of the user's own training.
        in_order: the rows are not shuffled.
        optimizer: kind and settings of an optimizer that the arguments do not name.
        prepare: what is done to the copy of the model before it is trained.
    """

    model: Any
    weights: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    collator: Callable[[list[Any]], Mapping[str, Any]]
    arguments: Any
    steps: int
    loss: Callable[..., Any] | None = None
    in_order: bool = False
    optimizer: tuple[type, Mapping[str, Any]] | None = None
    prepare: tuple[Callable[[Any], Any], ...] = ()

    def with_arguments(self, **values: Any) -> Training:
        """The same with other TrainingArguments."""
        changed = copy.copy(self.arguments)
        for name, value in values.items():
            setattr(changed, name, value)
        return replace(self, arguments=changed)

    def with_rate(self, rate: float) -> Training:
        """The same with another learning rate, wherever the optimizer gets its own from."""
        changed = self.with_arguments(learning_rate=rate)
        if self.optimizer is None:
            return changed
        kind, settings = self.optimizer
        return replace(changed, optimizer=(kind, {**settings, "lr": rate}))


@dataclass(frozen=True)
class Setup:
    """From rows to answers.

    Attributes:
        model: that answers; copied before anything is done to it. None: one has to be trained first.
        questions: none where no rows of text are at hand; then there is nothing to ask.
        tokenizer: that reads the questions and makes the answers text.
        settings: arguments of generate().
        config: what is set on the copy's generation config; None takes a setting away.
        with_mask: whether generate() is given the attention mask.
        in_training_mode: whether it answers with dropout.
        source_length: questions are cut to so many tokens; None: not at all.
        decoding: how ids become text; see `tokenizer.decode`.
        left_out: ids that never become text.
        training: None: the parts for it are not at hand.
        prepare: what is done to the copy of the model before it answers.
    """

    model: Any
    tokenizer: Any
    questions: tuple[Question, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    with_mask: bool = True
    in_training_mode: bool = False
    source_length: int | None = None
    decoding: Mapping[str, Any] = field(default_factory=lambda: {"skip_special_tokens": True})
    left_out: frozenset[int] = frozenset()
    training: Training | None = None
    prepare: tuple[Callable[[Any], Any], ...] = ()

    def with_settings(self, **values: Any) -> Setup:
        """The same with other ways to generate; None takes a setting away wherever it stands."""
        kept = {name: value for name, value in self.settings.items() if name not in values}
        return replace(self, settings=kept, config={**self.config, **values})


def setup_of(subject: Subject) -> Setup | None:
    """What can be experimented with; None without an encoder-decoder model and a tokenizer.

    A subject of a recipe has a model that was not trained yet: it has no answers of its own.
    """
    tokenizer = subject.answering_tokenizer or subject.tokenizer
    config = getattr(subject.model, "config", None)
    if not callable(tokenizer) or not getattr(config, "is_encoder_decoder", False):
        return None
    return Setup(
        model=subject.model if subject.generated else None,
        tokenizer=tokenizer,
        questions=_questions(subject),
        settings=dict(subject.generation or {}),
        with_mask=subject.unmasked_inputs is None,
        in_training_mode=bool(subject.generated and subject.model.training),
        training=training_of(subject),
    )


def _questions(subject: Subject) -> tuple[Question, ...]:
    """Those that the model was asked; else evaluation rows, and training rows where those are few."""
    asked = [Question(one.source, one.expected) for one in subject.generated or () if one.source]
    if known := [one for one in asked if one.expected is not None]:
        return tuple(spread(known, QUESTIONS))
    if asked:
        return tuple(spread(asked, QUESTIONS))
    pairs = list(spread(subject.eval_pairs or (), QUESTIONS))
    if len(pairs) < _FEW:
        pairs += spread(subject.train_pairs or (), QUESTIONS - len(pairs))
    return tuple(Question(pair.source, pair.target) for pair in pairs)


def training_of(subject: Subject) -> Training | None:
    """How the model is trained; None where rows, collator or settings are not all at hand."""
    # Rows of which no column would be left are those that the Trainer refuses.
    rows = subject.train_rows or subject.whole_rows
    if subject.model is None or not rows or subject.collator is None:
        return None
    if getattr(subject.compute_loss_func, "__name__", "") == "compute_loss":
        return None  # a method of the script's own Trainer, which is called in another way
    loop = subject.arguments is None
    arguments = _arguments_of_loop(subject) if loop else subject.arguments
    steps = planned_steps(arguments, rows) if arguments is not None else None
    if not steps:
        return None
    return Training(
        model=subject.model,
        weights=_complete(subject),
        rows=rows,
        collator=subject.collator,
        arguments=arguments,
        steps=steps,
        loss=subject.compute_loss_func,
        in_order=type(subject.sampler).__name__ == "SequentialSampler",
        optimizer=_own_optimizer(subject),
    )


def _complete(subject: Subject) -> Mapping[str, Any]:
    """The weights that the training began with, if they are kept of all that train and fit the model."""
    kept = subject.base_weights or {}
    fit = {
        name: weight
        for name, weight in subject.model.named_parameters()
        if name in kept and kept[name].shape == weight.shape
    }
    trained = [name for name, weight in subject.model.named_parameters() if weight.requires_grad]
    return kept if fit and set(trained) <= set(fit) else {}


def _own_optimizer(subject: Subject) -> tuple[type, Mapping[str, Any]] | None:
    """The optimizer, where the arguments name another."""
    optimizer = getattr(subject.optimizer, "optimizer", subject.optimizer)
    if optimizer is None or not hasattr(optimizer, "defaults"):
        return None
    if optimizer_family(subject.arguments, optimizer) == optimizer_family(subject.arguments):
        return None
    taken = inspect.signature(type(optimizer).__init__).parameters
    return type(optimizer), {name: value for name, value in optimizer.defaults.items() if name in taken}


def _arguments_of_loop(subject: Subject) -> Any:
    """What a plain loop was seen to do, as a Trainer is told it; None where too little was seen."""
    from transformers import Seq2SeqTrainingArguments

    groups = getattr(subject.optimizer, "param_groups", None)
    batch = (subject.captured_batch or {}).get("input_ids")
    steps = max((line.get("step", 0) for line in subject.log or ()), default=0)
    if not groups or batch is None or not steps:
        return None
    return Seq2SeqTrainingArguments(
        output_dir="unused",
        per_device_train_batch_size=len(batch),
        learning_rate=groups[0].get("initial_lr", groups[0]["lr"]),
        weight_decay=groups[0].get("weight_decay", 0.0),
        lr_scheduler_type="constant",
        max_steps=int(steps),
        max_grad_norm=0.0,
        report_to=[],
    )

"""What was seen of a script. An observer is a generator: it reads the arguments, yields, gets the result."""

from __future__ import annotations

import inspect
from collections import Counter, deque
from collections.abc import Generator, Mapping
from contextlib import suppress
from typing import Any

from workup.examine.capture.generations import Generations
from workup.examine.capture.own_loss import labels_of, logits_of
from workup.examine.capture.reloads import Reloads
from workup.examine.capture.texts import Texts
from workup.examine.gather.from_trainer import is_indexed
from workup.examine.subject import FailedCall

Observing = Generator[None, Any, None]
_LOG_LINES = 4096
# Data sets that were made by map(): some splits of some steps of preparation.
_DATA_SETS = 12


class Seen:
    """Everything of a fine-tune that went by. The script owns it: nothing here is ever written to.

    Only the latest of each kind is held, so that models and trainers that the script is done with can go.

    Attributes:
        model, tokenizer: those that train; before that, the latest that were loaded or used.
        given: the arguments of its latest call that counts for training, by name; None before the first. The
            labels of a loss of the script's own are among them where they could be read.
        data_sets: the latest that were made by map() and hold ids of sources and targets.
        loader, eval_loader: the DataLoaders last read with and without gradients.
        era: how many times the weights have changed, a finished training counting as a change.
        modes: steps by whether the model was in training mode.
        log: the losses of a plain loop, as a Trainer would log them.
        base_weights: copies of weights as they were before the first step.
        failed_call: the latest call of generate(), if it ended in an error.
        refused: the latest weights of which the model did not have the names.
    """

    def __init__(self) -> None:
        self.texts, self.generations, self.reloads = Texts(), Generations(), Reloads()
        self.model: Any = None
        self.tokenizer: Any = None
        self._latest_tokenizer: Any = None
        self.trainer: Any = None
        self.optimizer: Any = None
        self.data_sets: deque[Any] = deque(maxlen=_DATA_SETS)
        self.loader: Any = None
        self.eval_loader: Any = None
        self.given: dict[str, Any] | None = None
        self.era = self.steps = 0
        self.modes: Counter[bool] = Counter()
        self.log: list[dict[str, Any]] = []
        self.base_weights: dict[str, Any] | None = None
        self.failed_call: FailedCall | None = None
        self.refused: Mapping[str, Any] | None = None
        self._loss: Any = None
        self._step_inputs: Mapping[str, Any] | None = None
        self._is_training = self._is_evaluating = self._is_within_model = self._is_given_labels = False

    @property
    def anything(self) -> bool:
        """Whether there is anything to examine."""
        return any(part is not None for part in (self.model, self.tokenizer, self.trainer))

    @property
    def is_streamed(self) -> bool:
        """Whether the training reads rows as they come: there are none that could be looked at."""
        rows = getattr(self.trainer, "train_dataset", None) or getattr(self.loader, "dataset", None)
        return rows is not None and not is_indexed(rows)

    @property
    def _trained_on(self) -> Mapping[str, Any] | None:
        """The batch of the first step, once it has been made."""
        return self.given if self.steps else None

    # What is made, loaded or saved

    def model_loaded(
        self, kind: Any, pretrained_model_name_or_path: Any = None, *_: Any, **given: Any
    ) -> Observing:
        """PreTrainedModel.from_pretrained"""
        # Where the folder that was asked for holds an adapter, this is a call for its base.
        adapter = (given.get("adapter_kwargs") or {}).get("_adapter_model_path")
        loaded = yield
        model = loaded[0] if isinstance(loaded, tuple) else loaded
        if not self.steps:
            self.model = model
        self.reloads.loaded(model, adapter or pretrained_model_name_or_path, self._trained_on)

    def adapter_loaded(self, kind: Any, model: Any, model_id: Any, *_: Any, **__: Any) -> Observing:
        """PeftModel.from_pretrained"""
        self.reloads.loaded((yield), model_id, self._trained_on)

    def state_loaded(self, model: Any, state_dict: Any, *_: Any, **__: Any) -> Observing:
        """PreTrainedModel.load_state_dict"""
        keys = yield
        if self.steps:
            is_refused = bool(keys.unexpected_keys and keys.missing_keys)
            self.refused = dict(state_dict) if is_refused else None
            self.reloads.state_loaded(model, keys, self.model, self._trained_on)

    def model_saved(self, model: Any, save_directory: Any, *_: Any, **__: Any) -> Observing:
        """PreTrainedModel.save_pretrained and PeftModel.save_pretrained"""
        yield
        self.reloads.saved(model, save_directory, self._trained_on)

    def tokenizer_loaded(self, *_: Any, **__: Any) -> Observing:
        """PreTrainedTokenizerBase.from_pretrained"""
        loaded = yield
        if not self.steps:
            self.tokenizer = loaded

    def mapped(self, *_: Any, **__: Any) -> Observing:
        """Dataset.map"""
        made = yield
        if {"input_ids", "labels"} <= set(made.column_names):
            self.data_sets.append(made)

    def trainer_made(self, trainer: Any, *_: Any, **__: Any) -> Observing:
        """Trainer.__init__"""
        yield
        if not self._is_training:
            self.trainer = trainer

    # Text to ids and back

    def encoded(self, tokenizer: Any, *args: Any, **kwargs: Any) -> Observing:
        """PreTrainedTokenizerBase.__call__ and its kin"""
        ids = yield
        given = dict(zip(("text", "text_pair", "text_target"), args, strict=False)) | kwargs
        self._latest_tokenizer = tokenizer
        if not self.steps:
            self.tokenizer = tokenizer
        if given.get("text_pair") is not None:
            return
        source, target = given.get("text", given.get("batch_text_or_text_pairs")), given.get("text_target")
        pad = tokenizer.pad_token_id
        read = ids.get if isinstance(ids, Mapping) else {"input_ids": ids}.get
        if source is not None:
            self.texts.remember(source, read("input_ids"), pad)
        if target is not None:
            self.texts.remember(target, read("input_ids" if source is None else "labels"), pad)

    def decoded(self, tokenizer: Any, *args: Any, **kwargs: Any) -> Observing:
        """PreTrainedTokenizerBase.decode"""
        text = yield
        ids = args[0] if args else kwargs.get("token_ids")
        self.generations.decoded(ids, text, tokenizer.pad_token_id)

    # Training

    def iterated(self, loader: Any) -> Observing:
        """DataLoader.__iter__"""
        import torch

        if torch.is_grad_enabled():
            self.loader = loader
        else:
            self.eval_loader = loader
        yield

    def trained(self, trainer: Any, *_: Any, **__: Any) -> Observing:
        """Trainer.train"""
        self.trainer, self._is_training = trainer, True
        try:
            yield
            self.era += 1
        finally:
            self._is_training = False

    def step_made(self, trainer: Any, model: Any, inputs: Any, *_: Any, **__: Any) -> Observing:
        """Trainer.training_step"""
        self._step_inputs = inputs if self.steps == 0 and isinstance(inputs, Mapping) else None
        if self._step_inputs is not None:
            self.given, self.model = dict(inputs), trainer.model
        try:
            yield
        finally:
            self._step_inputs = None

    def called(self, model: Any, *args: Any, **kwargs: Any) -> Observing:
        """PreTrainedModel.__call__, of a whole model and of models within it"""
        import torch

        counts = kwargs.get("labels") is not None or self._step_inputs is not None
        if self._is_within_model or not torch.is_grad_enabled():
            yield
            return
        if not counts:
            output = yield
            if self.steps == 0:
                self._await_gradient(model, _named(model, args, kwargs), output)
            return
        self._is_within_model = self._is_given_labels = True
        try:
            output = yield
        finally:
            self._is_within_model = False
        loss: Any = getattr(output, "loss", None)
        # Without its graph, which would keep memory that the script counts on.
        self._loss = loss.detach() if hasattr(loss, "detach") else None
        if self._is_training and model is not self.model:
            return
        self.model = model
        if self.steps == 0:
            given = _named(model, args, kwargs)
            # A loss of the Trainer's own takes the labels away before the model is called.
            if "labels" not in given and self._step_inputs and "labels" in self._step_inputs:
                given["labels"] = self._step_inputs["labels"]
            # What the Trainer says of the whole optimizer step is no part of its batch.
            given.pop("num_items_in_batch", None)
            self.given = given

    def _await_gradient(self, model: Any, given: Mapping[str, Any], output: Any) -> None:
        """A call without labels counts for training if a loss of the script's own goes back to its logits."""
        logits = logits_of(model, output)
        if logits is None:
            return

        def read(gradient: Any) -> None:
            # Within the script's own backward, which goes on whatever becomes of this.
            with suppress(Exception):
                labels = labels_of(gradient)
                if labels is not None and not self._is_given_labels:
                    self.model, self.given = model, {**given, "labels": labels}

        logits.register_hook(read)

    def keep_batch(self, optimizer: Any) -> None:
        """Before the first optimizer step: the batch as it is now, whatever becomes of its tensors."""
        self.optimizer = optimizer
        self.given = {
            name: value.detach().clone() if hasattr(value, "detach") else value
            for name, value in (self.given or {}).items()
        }

    def stepped(self, optimizer: Any) -> None:
        """After each optimizer step."""
        self.steps, self.era = self.steps + 1, self.era + 1
        self.modes[bool(getattr(self.model, "training", True))] += 1
        if self._is_training or self._loss is None:
            return
        rate = optimizer.param_groups[0].get("lr")
        # The loss stays where it is until somebody asks: reading it would make a GPU wait.
        self.log.append({"step": self.steps, "loss": self._loss, "learning_rate": rate})
        self._loss = None
        if len(self.log) > _LOG_LINES:
            del self.log[1::2]

    # Evaluation and generation

    def evaluated(self, *_: Any, **__: Any) -> Observing:
        """Trainer.evaluate and Trainer.predict"""
        self._is_evaluating = True
        try:
            yield
        finally:
            self._is_evaluating = False

    def answered(self, model: Any, *args: Any, **kwargs: Any) -> Observing:
        """GenerationMixin.generate"""
        given = dict(zip(("inputs", "generation_config"), args, strict=False)) | kwargs
        self.failed_call = FailedCall(model, given)
        output = yield
        self.failed_call = None
        answers = self.generations.of_now(self.era, in_evaluation=self._is_evaluating)
        answers.add(model, self._latest_tokenizer, given, output)
        if not self.steps:
            self.model = model


def _named(model: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a call of a model by their names."""
    return dict(zip(inspect.signature(model.forward).parameters, args, strict=False)) | dict(kwargs)

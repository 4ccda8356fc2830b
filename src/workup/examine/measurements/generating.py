"""How answers are searched for: the settings in effect, the targets they must reach, and small trials."""

from __future__ import annotations

import copy
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workup.examine.measurements.sampling import spread
from workup.examine.parts import Missing
from workup.examine.symptoms import Frame, Said, said

# What transformers does where nothing is said; a measurement on both sides of 5.0 gives the same values.
DEFAULTS: dict[str, Any] = {
    "max_length": 20,
    "min_length": 0,
    "do_sample": False,
    "num_beams": 1,
    "temperature": 1.0,
    "top_k": 50,
    "top_p": 1.0,
    "repetition_penalty": 1.0,
    "length_penalty": 1.0,
    "no_repeat_ngram_size": 0,
    "encoder_no_repeat_ngram_size": 0,
    "early_stopping": False,
    "num_return_sequences": 1,
}
# A trial is a look at one small batch: its longest label and a little more, but never more than this.
_TRIAL_TOKENS = 64
_TRIAL_ROWS = 8
_MORE = 8
_FRAMING = ("decoder_start_token_id", "bos_token_id", "eos_token_id", "pad_token_id", "forced_bos_token_id")
# They say how much is generated and what is handed back, not which tokens are chosen.
_NOT_TRIED = (
    "max_length", "max_new_tokens", "max_time", "num_return_sequences", "stop_strings", "use_cache",
    "return_dict_in_generate", "output_scores", "output_logits", "transformers_version",
)  # fmt: skip
_HOOKS = ("logits_processor", "prefix_allowed_tokens_fn")


def ids_of(value: Any) -> frozenset[int]:
    """Token ids of a configuration, which may be one, several or none."""
    several = value if isinstance(value, list | tuple | set) else [value]
    return frozenset(int(one) for one in several if isinstance(one, int))


def base_of(model: Any) -> Any:
    """The transformers model within an adapter."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def frame(tokenizer: Any = None, model: Any = None) -> Frame:
    """The ids that an answer begins, pads and ends with."""
    if tokenizer is None and model is None:
        raise Missing("tokenizer")
    configs = [getattr(base_of(model), name, None) for name in ("generation_config", "config")]
    holders = [holder for holder in (tokenizer, *configs) if holder is not None]

    def found(name: str) -> frozenset[int]:
        return frozenset().union(*(ids_of(getattr(holder, name, None)) for holder in holders))

    pads = found("pad_token_id")
    return Frame(found("decoder_start_token_id") or pads, pads, found("eos_token_id"))


@dataclass(frozen=True)
class Settings:
    """The settings in effect, and where each comes from.

    Attributes:
        values: by name, the defaults included.
        origin: "generate()", "arguments" or "generation_config"; a default has none.
        hooks: functions that take part in the search.
    """

    values: Mapping[str, Any]
    origin: Mapping[str, str]
    hooks: Mapping[str, Any]

    @property
    def cap(self) -> int | None:
        """The most tokens that an answer can have, its end included."""
        new, length = self.values.get("max_new_tokens"), self.values.get("max_length")
        if isinstance(new, int):
            return new
        if not isinstance(length, int):
            return None
        # The default means twenty new tokens; a length that was set counts the start token.
        is_default = length == DEFAULTS["max_length"] and "max_length" not in self.origin
        return length if is_default else length - 1

    @property
    def floor(self) -> int:
        """The fewest tokens that an answer can have before its end."""
        new, length = self.values.get("min_new_tokens"), self.values.get("min_length")
        if isinstance(new, int):
            return new
        return max(0, length - 1) if isinstance(length, int) else 0

    def value(self, name: str) -> Any:
        """One setting."""
        return self.values.get(name)

    def said_of(self, name: str) -> str:
        """Where a setting comes from, in words."""
        return self.origin.get(name, "transformers' default")


def settings(
    generation: Mapping[str, Any] | None = None, model: Any = None, arguments: Any = None
) -> Settings:
    """What generate() goes by: its own arguments, the training arguments', the model's, the defaults.

    An evaluation hands the training arguments' to generate(); where its arguments are known they are among
    them, and a script's own call knows nothing of them.
    """
    if generation is None and model is None:
        raise Missing("generation")
    given = dict(generation or {})
    evaluates = generation is None and bool(getattr(arguments, "predict_with_generate", False))
    stored = given.pop("generation_config", None)
    if evaluates:
        stored = getattr(arguments, "generation_config", None)
    layers = [("generation_config", _plain(getattr(base_of(model), "generation_config", None)))]
    layers.append(("generation_config", _plain(stored)))
    if evaluates:
        of_arguments = {
            "max_length": getattr(arguments, "generation_max_length", None),
            "num_beams": getattr(arguments, "generation_num_beams", None),
        }
        layers.append(("arguments", of_arguments))
    layers.append(("generate()", {name: one for name, one in given.items() if name not in _HOOKS}))
    values: dict[str, Any] = dict(DEFAULTS)
    origin: dict[str, str] = {}
    for place, layer in layers:
        for name, value in layer.items():
            if value is None or (place == "generation_config" and value == DEFAULTS.get(name)):
                continue
            if isinstance(value, bool | int | float | str | list | tuple):
                values[name], origin[name] = value, place
    return Settings(values, origin, {name: given[name] for name in _HOOKS if given.get(name) is not None})


def _plain(config: Any) -> Mapping[str, Any]:
    """The settings of a GenerationConfig or a dict; of a path or anything else, none."""
    if hasattr(config, "to_dict"):
        plain: Mapping[str, Any] = config.to_dict()
        return plain
    return config if isinstance(config, Mapping) else {}


@dataclass(frozen=True)
class Targets:
    """The ids of targets, their end included, without what the loss leaves out; and how many there are."""

    ids: tuple[tuple[int, ...], ...]
    total: int

    @property
    def lengths(self) -> list[int]:
        """Tokens of each target."""
        return [len(ids) for ids in self.ids]

    @property
    def evidence(self) -> dict[str, int]:
        """How many targets were looked at, of how many."""
        looked = {"targets": len(self.ids)}
        return looked if len(self.ids) == self.total else looked | {"of": self.total}


def targets(
    frame: Frame,
    tokenizer: Any = None,
    eval_pairs: Sequence[Any] | None = None,
    train_pairs: Sequence[Any] | None = None,
    eval_rows: Sequence[Mapping[str, Any]] | None = None,
    train_rows: Sequence[Mapping[str, Any]] | None = None,
) -> Targets:
    """Targets as tokens: of the texts, which nothing has cut yet, else of the tokenized rows."""
    texts = [pair.target for pairs in (eval_pairs, train_pairs) for pair in spread(pairs or ())]
    total = len(eval_pairs or ()) + len(train_pairs or ())
    if tokenizer is not None and texts:
        encoded = tokenizer(text_target=spread(texts), truncation=False, padding=False)["input_ids"]
        return Targets(tuple(tuple(ids) for ids in encoded), total)
    rows = [row for part in (eval_rows, train_rows) for row in spread(part or ())]
    labels = [_live(row["labels"], frame) for row in spread(rows) if "labels" in row]
    if not labels:
        raise Missing("train_rows")
    return Targets(tuple(labels), len(eval_rows or ()) + len(train_rows or ()))


def _live(labels: Any, frame: Frame) -> tuple[int, ...]:
    ids = [int(token) for token in labels if int(token) >= 0]
    pads = frame.pads - frame.ends
    while ids and ids[-1] in pads:
        ids.pop()
    return tuple(ids)


@dataclass(frozen=True)
class Comparison:
    """The same rows answered twice: how many answers differ, and which share is right before and after."""

    rows: int
    changed: int
    right_before: float
    right_after: float

    @property
    def evidence(self) -> dict[str, Any]:
        """The measurement by name."""
        return {
            "rows tried": self.rows,
            "answers changed": self.changed,
            "right without": round(self.right_before, 3),
            "right with": round(self.right_after, 3),
        }

    @property
    def told(self) -> str:
        """The measurement in words, to be put behind a summary."""
        return (
            f"; with it {self.changed} of {self.rows} answers change, and "
            f"{self.right_after:.0%} instead of {self.right_before:.0%} are right"
        )


class Trial:
    """Answers to the rows of one small batch under several settings; each set of answers is made once."""

    def __init__(self, model: Any, batch: Mapping[str, Any], settings: Settings, frame: Frame) -> None:
        self.model, self.settings, self.frame = base_of(model), settings, frame
        if getattr(getattr(model, "active_peft_config", None), "is_prompt_learning", False):
            raise ValueError("the model answers only with its learned prompt")
        self.inputs = {
            name: batch[name][:_TRIAL_ROWS].to(self.model.device)
            for name in ("input_ids", "attention_mask")
            if batch.get(name) is not None
        }
        rows = batch["labels"][:_TRIAL_ROWS].tolist() if batch.get("labels") is not None else []
        self.labels = [said(row, frame) for row in rows]
        longest = max((label.length for label in self.labels), default=_TRIAL_TOKENS)
        self.tokens = min(_TRIAL_TOKENS, longest + _MORE)

    @cached_property
    def neutral(self) -> list[Said]:
        """Greedy answers that nothing but the model decides."""
        return self.answers()

    @cached_property
    def own(self) -> list[Said]:
        """Answers under the settings in effect, but for their cap."""
        return self.answers(**self.own_values)

    @cached_property
    def own_values(self) -> dict[str, Any]:
        """The settings in effect that decide which tokens are chosen."""
        return {
            name: value
            for name, value in self.settings.values.items()
            if name not in (*_FRAMING, *_NOT_TRIED) and not name.startswith("_")
        }

    def compare(self, after: Sequence[Said], before: Sequence[Said] | None = None) -> Comparison:
        """Answers beside the neutral ones, or beside others."""
        before = self.neutral if before is None else before
        changed = sum(one.tokens != other.tokens for one, other in zip(before, after, strict=True))
        return Comparison(len(before), changed, self.exact(before), self.exact(after))

    def exact(self, answers: Sequence[Said]) -> float:
        """The share of answers that are the row's label, token by token."""
        pairs = list(zip(answers, self.labels, strict=False))
        return sum(answer.tokens == label.tokens for answer, label in pairs) / max(1, len(pairs))

    def answers(
        self, *, training: bool = False, inputs: Mapping[str, Any] | None = None, **values: Any
    ) -> list[Said]:
        """Answers under these settings alone, to the batch or to other inputs."""
        given = {name: value for name, value in values.items() if value != DEFAULTS.get(name)}
        self.model.train(training)
        output = self._generate(inputs, {**given, "max_new_tokens": self.tokens}, self.settings.hooks)
        return [said(row, self.frame) for row in output.tolist()]

    def first_scores(self, inputs: Mapping[str, Any]) -> Any:
        """The scores (B, V) of the first token of each answer."""
        self.model.eval()
        more = {"max_new_tokens": 1, "output_logits": True, "return_dict_in_generate": True}
        return self._generate(inputs, more, {}).logits[0]

    def _generate(
        self, inputs: Mapping[str, Any] | None, values: Mapping[str, Any], hooks: Mapping[str, Any]
    ) -> Any:
        import torch

        kept = {name: getattr(self.model.generation_config, name, None) for name in _FRAMING}
        asked = self.inputs if inputs is None else inputs
        with torch.no_grad(), _searching_by(self.model, {**values, **kept}) as config:
            return self.model.generate(**asked, generation_config=config, **hooks)


@contextmanager
def _searching_by(model: Any, values: Mapping[str, Any]) -> Iterator[Any]:
    """Nothing but these settings is in effect, and nothing is said; the model's own would fill every gap."""
    from transformers import GenerationConfig

    before = model.generation_config
    with quietly():
        try:
            config = GenerationConfig(**values)
            model.generation_config = copy.deepcopy(config)
            yield config
        finally:
            model.generation_config = before


@contextmanager
def quietly() -> Iterator[None]:
    """What other libraries say to the user about a trial of ours is not for the user."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def trial(model: Any, batch: Mapping[str, Any], settings: Settings, frame: Frame) -> Trial:
    """A small batch to try settings on; nothing is generated before it is asked for."""
    if not getattr(base_of(model).config, "is_encoder_decoder", False):
        raise ValueError("it is made for encoder-decoder models")
    if any(weight.is_meta for weight in model.parameters()):
        raise ValueError("the model's weights are not in memory")
    return Trial(model, batch, settings, frame)


def eval_trial(model: Any, eval_batch: Mapping[str, Any], settings: Settings, frame: Frame) -> Trial:
    """The same with evaluation rows, which the model was not trained on."""
    return trial(model, eval_batch, settings, frame)


MEASUREMENTS = (eval_trial, frame, settings, targets, trial)

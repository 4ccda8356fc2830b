"""What was generated: the ids that went in and came out, and the text that the script made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workup.examine.capture.texts import Texts, decoded, fingerprint, id_rows
from workup.examine.measurements.batches import edge_pads
from workup.examine.subject import Generated

# As many as an examination looks at.
_MOST = 2000
# So few answers show nothing where an evaluation has more.
_FEW = 4
# Rows without a mask that are kept, to be answered again with and without their pads.
_UNMASKED = 8
# The one positional argument of generate() that matters, by its names.
_INPUTS = ("inputs", "input_ids")


@dataclass
class Answers:
    """Answers of one model: pairs of ids, those given and those said; and the arguments of generate().

    Attributes:
        tokenizer: the one that was used last before.
        unmasked: a few rows of ids that were given with pads and without an attention mask.
        era: how many times the weights had changed.
    """

    rows: list[tuple[list[int], list[int]]] = field(default_factory=list)
    arguments: dict[str, Any] = field(default_factory=dict)
    model: Any = None
    tokenizer: Any = None
    was_training: bool = False
    unmasked: list[list[int]] = field(default_factory=list)
    era: int = 0

    def add(self, model: Any, tokenizer: Any, given: Mapping[str, Any], output: Any) -> None:
        """The outcome of one call of generate(), and the tokenizer that was used last."""
        inputs = next((rows for name in _INPUTS if (rows := id_rows(given.get(name)))), [])
        said = id_rows(getattr(output, "sequences", output))
        if not said:
            return
        if model is not self.model:
            self.rows.clear()
            self.unmasked = []
        few = inputs[:_UNMASKED]
        if not self.unmasked and given.get("attention_mask") is None and _padded(few, tokenizer):
            self.unmasked = few
        self.model, self.tokenizer, self.was_training = model, tokenizer, bool(model.training)
        self.arguments = {name: value for name, value in given.items() if _is_setting(name, value)}
        several = max(1, len(said) // max(1, len(inputs)))
        prompt = 0 if getattr(model.config, "is_encoder_decoder", True) or not inputs else len(inputs[0])
        for number, ids in enumerate(said[: _MOST - len(self.rows)]):
            source = inputs[number // several] if number // several < len(inputs) else []
            self.rows.append((source, ids[prompt:]))


class Generations:
    """The answers of the latest weights: those that an evaluation asked for, and the script's own."""

    def __init__(self) -> None:
        self.of_evaluation, self.of_script = Answers(), Answers()
        self._texts: dict[int, str] = {}

    def of_now(self, era: int, *, in_evaluation: bool) -> Answers:
        """Where the next answers belong; what older weights said there is forgotten."""
        kept = self.of_evaluation if in_evaluation else self.of_script
        if kept.era == era:
            return kept
        fresh = Answers(era=era)
        self._texts.clear()
        if in_evaluation:
            self.of_evaluation = fresh
        else:
            self.of_script = fresh
        return fresh

    def decoded(self, ids: Any, text: Any, pad: int | None) -> None:
        """What the script made of ids; kept if they may be an answer."""
        several = [text] if isinstance(text, str) else text
        rows = id_rows(ids)
        if len(self._texts) < 2 * _MOST and isinstance(several, list) and len(rows) == len(several):
            for row, one in zip(rows, several, strict=True):
                key = fingerprint(row, pad)
                # Labels are decoded too, and by other options, it may be: of both texts the plainer counts.
                self._texts[key] = min(one, self._texts.get(key, one), key=len)

    def chosen(self, era: int) -> Answers | None:
        """The script's own answers, which its user sees; an evaluation's where they are too few to tell.

        Those of weights that have been trained since, from the first step on, are left out.
        """
        own, evaluated = (
            answers if answers.era or not era else Answers()
            for answers in (self.of_script, self.of_evaluation)
        )
        best = own if len(own.rows) >= _FEW or not evaluated.rows else evaluated
        return best if best.rows else None

    def as_parts(
        self, answers: Answers, texts: Texts, tokenizer: Any, expected: Callable[[str], str | None]
    ) -> list[Generated]:
        """Answers as text, beside what is expected for their sources."""
        pad = getattr(tokenizer, "pad_token_id", None)
        found = []
        for given, said in answers.rows:
            source, seen = texts.of(given, tokenizer), self._texts.get(fingerprint(said, pad))
            text = decoded(said, tokenizer).strip() if seen is None else seen
            found.append(Generated(source, tuple(said), text, expected(source)))
        return found


def _padded(rows: list[list[int]], tokenizer: Any) -> bool:
    """Whether pads stand before or after a row."""
    pad, end = getattr(tokenizer, "pad_token_id", None), getattr(tokenizer, "eos_token_id", None)
    return any(sum(edge_pads(row, pad, end)) for row in rows)


def _is_setting(name: str, value: Any) -> bool:
    """Whether an argument of generate() says how to search, and is not what to read."""
    return not hasattr(value, "shape") and name not in (*_INPUTS, "encoder_outputs", "past_key_values")

"""From answers to the token sequences that a model must write to give them; every ambiguity is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workup.errors import DataError
from workup.pipeline.tokenization import TOKENIZING, encode_targets
from workup.recipe import Tokens


@dataclass(frozen=True)
class Targets:
    """Distinct sequences of target ids, each up to its end token, grouped by the answer they give.

    The sequences of answer i begin at `starts[i]`; every answer has at least one.
    """

    answers: tuple[str, ...]
    sequences: tuple[tuple[int, ...], ...]
    starts: tuple[int, ...]

    @property
    def longest(self) -> tuple[str, int]:
        """The answer with the longest sequence, and its length in tokens."""
        position, sequence = max(enumerate(self.sequences), key=lambda found: len(found[1]))
        answer = sum(start <= position for start in self.starts) - 1
        return self.answers[answer], len(sequence)


def targets(tokenizer: Any, answers: Mapping[str, Sequence[str]], tokens: Tokens) -> Targets:
    """The ids of every answer's texts, as a fine-tune with these `tokens` learns them.

    Texts of one answer that have the same ids count once.

    Raises:
        DataError: there is no answer; an answer has no text or an empty one; a text is longer than
            `tokens.target_length`, holds a piece that the tokenizer does not know or its end token; or two
            answers share a text, or texts that have the same ids.
    """
    texts = _texts(answers)
    written = [text for _, text in texts]
    ids, cut = encode_targets(
        tokenizer, written, tokens.model_copy(update={"append_eos": True, "padding": "longest"})
    )
    with TOKENIZING:
        plain = tokenizer(written, add_special_tokens=False, verbose=False)["input_ids"]
    owners: dict[tuple[int, ...], tuple[str, str]] = {}
    for (answer, text), whole, pieces, too_long in zip(texts, ids, plain, cut, strict=True):
        _refuse_unwritable(tokenizer, answer, text, pieces)
        if too_long:
            raise DataError(
                f"answer {answer!r}: {text!r} is longer than the {tokens.target_length} tokens of a target; "
                "raise tokens.target_length"
            )
        # Generation ends at the first end token; mBART's tokenizer puts the language behind it.
        sequence = tuple(whole[: whole.index(tokenizer.eos_token_id) + 1])
        owner, same = owners.setdefault(sequence, (answer, text))
        if owner != answer:
            how = "share the text" if text == same else f"have the same tokens in {same!r} and"
            raise DataError(f"answers {owner!r} and {answer!r} {how} {text!r}; give it to one of them")
    return _grouped(owners)


def _texts(answers: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Every answer with each of its texts."""
    if not answers:
        raise DataError("there is no answer to score: the closed set is empty")
    for answer, texts in answers.items():
        if isinstance(texts, str):
            raise DataError(f"answer {answer!r} needs a list of texts: write [{texts!r}]")
        if not texts or not all(text.strip() for text in texts):
            what = "an empty text" if texts else "no text"
            raise DataError(f"answer {answer!r} has {what}; give what the model would write for it")
    return [(answer, text) for answer, texts in answers.items() for text in texts]


def _refuse_unwritable(tokenizer: Any, answer: str, text: str, pieces: Sequence[int]) -> None:
    """Refuse texts whose ids stand for something else than the text."""
    if tokenizer.unk_token_id is not None and tokenizer.unk_token_id in pieces:
        raise DataError(
            f"answer {answer!r}: the tokenizer does not know all of {text!r}, so that other texts have the "
            f"same ids ({tokenizer.unk_token!r} among them); write it with known pieces"
        )
    if tokenizer.eos_token_id in pieces:
        raise DataError(f"answer {answer!r}: {text!r} contains the end token {tokenizer.eos_token!r}")


def _grouped(owners: Mapping[tuple[int, ...], tuple[str, str]]) -> Targets:
    groups: dict[str, list[tuple[int, ...]]] = {}
    for sequence, (answer, _) in owners.items():
        groups.setdefault(answer, []).append(sequence)
    starts: list[int] = []
    sequences: list[tuple[int, ...]] = []
    for group in groups.values():
        starts.append(len(sequences))
        sequences.extend(group)
    return Targets(tuple(groups), tuple(sequences), tuple(starts))

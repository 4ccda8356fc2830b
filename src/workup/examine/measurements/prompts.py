"""Sources as the model reads them, in training and in prediction, so that they can be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workup.examine.measurements.sampling import spread
from workup.examine.measurements.texts import sample_of
from workup.examine.parts import Missing

# A beginning that all sources share shows in so many of them.
_ROWS = 500


@dataclass(frozen=True)
class Sources:
    """Texts that begin where the model begins to read; `total` training rows were there to choose from."""

    training: tuple[str, ...]
    prediction: tuple[str, ...]
    total: int

    @property
    def sampled(self) -> dict[str, int]:
        """For the evidence: how many training rows were looked at, where that is not all of them."""
        if len(self.training) == self.total:
            return {}
        return {"rows looked at": len(self.training), "rows": self.total}


def source_texts(
    prediction_sources: Sequence[str],
    train_rows: Sequence[Mapping[str, Any]] | None = None,
    tokenizer: Any = None,
    train_pairs: Sequence[Any] | None = None,
) -> Sources:
    """Training sources and those of predictions, both through the tokenizer where rows of ids are at hand.

    Pairs may lack a prompt that is put before them later; the ids have it.
    """
    given = [text for text in spread(prediction_sources, _ROWS) if isinstance(text, str)]
    if train_rows is not None and callable(tokenizer):
        rows = spread(train_rows, _ROWS)
        ids = tokenizer(given, verbose=False)["input_ids"] if given else []
        return Sources(
            _decoded(tokenizer, [row["input_ids"] for row in rows]), _decoded(tokenizer, ids), len(train_rows)
        )
    if train_pairs is None:
        raise Missing("train_pairs")
    training = sample_of(train_pairs, _ROWS).sources
    return Sources(_begun(training), _begun(given), len(train_pairs))


def _decoded(tokenizer: Any, rows: Sequence[Any]) -> tuple[str, ...]:
    return _begun([tokenizer.decode(list(ids), skip_special_tokens=True) for ids in rows])


def _begun(texts: Sequence[str]) -> tuple[str, ...]:
    """Without white space before the first letter, which tokenizers add or take away."""
    return tuple(text.lstrip() for text in texts)


MEASUREMENTS = (source_texts,)

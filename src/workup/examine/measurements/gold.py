"""What a metric is given where every answer is the expected one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workup.examine.measurements.generating import base_of
from workup.pipeline.tokenization import IGNORED


def gold_prediction(rows: Sequence[Mapping[str, Any]], arguments: Any, tokenizer: Any, model: Any) -> Any:
    """The labels of rows as predictions, in the form in which an evaluation hands both to compute_metrics.

    Args:
        arguments: say whether it is given the inputs too.
        model: with whose start token predictions begin.
    """
    import numpy as np
    from transformers import EvalPrediction

    pad = getattr(tokenizer, "pad_token_id", None) or 0
    start = getattr(getattr(base_of(model), "config", None), "decoder_start_token_id", None)
    labels = [[int(token) for token in row["labels"] if int(token) != IGNORED] for row in rows]
    width = max(map(len, labels)) + 2

    def filled(row: list[int]) -> list[int]:
        return row + [IGNORED] * (width - len(row))

    said = [filled([pad if start is None else int(start), *row]) for row in labels]
    given = {}
    wanted = getattr(arguments, "include_for_metrics", None) or []
    if "inputs" in wanted or getattr(arguments, "include_inputs_for_metrics", False):
        longest = max(len(row["input_ids"]) for row in rows)
        given["inputs"] = np.array(
            [[*row["input_ids"], *[IGNORED] * (longest - len(row["input_ids"]))] for row in rows]
        )
    return EvalPrediction(np.array(said), np.array([filled(row) for row in labels]), **given)

"""An optional engine: the model computes in bfloat16, if its golden cases come out as they do in float32.

On processors with bfloat16 arithmetic an answer takes little more than half of the time. The model was
calibrated in float32, and bfloat16 moves probabilities, so a model is let to compute so only after it said
the same of all its golden cases; else it stays as it was.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import torch

from workup.registry.golden import GoldenCase, given
from workup.serve.engine.probe import Said

if TYPE_CHECKING:
    from workup.clinic.assess import Diagnoser

Engine = Literal["float32", "bfloat16"]
# How far bfloat16 may move a probability, 0 to 1; the bands of `Confidence` are several times as wide. How
# far it moves those of the built-in model, and how many first diagnoses: docs/scoring.md.
TOLERANCE = 0.03
_log = logging.getLogger(__name__)


def engaged(diagnoser: Diagnoser, engine: Engine, cases: Sequence[GoldenCase]) -> Diagnoser:
    """The diagnoser, computing as it is told if it says the same so; else as it did, and the log says why."""
    if engine == "float32":
        return diagnoser
    model, before = diagnoser.run.predictor.model, _said(diagnoser, cases)
    exact = copy.deepcopy(model.state_dict())
    model.to(torch.bfloat16)
    after = _said(diagnoser, cases)
    if faults := differences(before, after, [case.id for case in cases]):
        model.to(torch.float32).load_state_dict(exact)
        _log.warning("bfloat16 is refused, float32 goes on: %s", "; ".join(faults))
    else:
        moved = max(
            abs(one.probability - other.probability) for one, other in zip(before, after, strict=True)
        )
        _log.info("bfloat16: %d golden cases are answered the same, moved by %.4f at most", len(cases), moved)
    return diagnoser


def differences(before: Sequence[Said], after: Sequence[Said], names: Sequence[str]) -> list[str]:
    """The cases that are not answered the same, a phrase with the numbers each."""
    return [
        f"{name}: {one} in float32, {other} in bfloat16"
        for name, one, other in zip(names, before, after, strict=True)
        if one.first != other.first or abs(one.probability - other.probability) > TOLERANCE
    ]


def _said(diagnoser: Diagnoser, cases: Sequence[GoldenCase]) -> list[Said]:
    asked = [given(diagnoser, case.text) for case in cases]
    return [Said.of(answer) for answer in diagnoser.assess_many(asked, explain=False)]

"""The model as it was before the training, so that its answers can be put beside those of today."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workup.examine.measurements.generating import Settings, Trial, frame
from workup.examine.parts import Missing


@dataclass(frozen=True)
class Before:
    """A copy of the model with the weights that the training began with."""

    model: Any
    tokenizer: Any

    def answers(self, sources: list[str]) -> list[str]:
        """What it says to these texts, greedily; at most 64 tokens each."""
        batch = self.tokenizer(sources, padding=True, truncation=True, return_tensors="pt")
        trial = Trial(self.model, batch, Settings({}, {}, {}), frame(self.tokenizer, self.model))
        return [self.tokenizer.decode(one.tokens, skip_special_tokens=True) for one in trial.neutral]


def before(model: Any, base_weights: Mapping[str, Any], tokenizer: Any) -> Before:
    """The base, where all weights that were trained are known as they were; some alone are not enough."""
    trained = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    known = {name: base_weights[name] for name in trained if name in base_weights}
    if not trained or any(
        known[name].shape != trained[name].shape if name in known else True for name in trained
    ):
        raise Missing("base_weights")
    base = copy.deepcopy(model)
    base.load_state_dict(known, strict=False)
    return Before(base.eval(), tokenizer)


MEASUREMENTS = (before,)

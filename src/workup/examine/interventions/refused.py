"""Remedies of what libraries refuse: settings that cannot be saved, arguments and ids nobody knows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from workup.examine.experiment.setup import Question, Setup
from workup.examine.finding import Finding
from workup.examine.interventions.cure import Cure, Intervention, intervention
from workup.examine.measurements.gold import gold_prediction
from workup.examine.subject import FailedCall

# Rows that the metric is given.
_ROWS = 32


@intervention("GEN009", "CRA055")
def settings_at_one(
    setup: Setup, finding: Finding, crash: Finding | None = None, failed_call: FailedCall | None = None
) -> Cure | None:
    """Save and answer with settings of generation that go together, and with those at odds."""
    from transformers import GenerationConfig

    defaults = GenerationConfig()
    found = finding.evidence.get("at odds") or finding.evidence
    names = [name for name in found if hasattr(defaults, name)]
    if not names:
        return None

    def unset(model: Any) -> None:
        for name in names:
            setattr(model.generation_config, name, getattr(defaults, name))

    told = ", ".join(f"{name}={getattr(defaults, name)}" for name in names)
    return _mended(
        setup, f"{told} in the generation config", unset, saves=crash is not None and failed_call is None
    )


@intervention("GEN010", "ENV008", "CRA056")
def settings_moved(
    setup: Setup,
    model: Any,
    finding: Finding,
    crash: Finding | None = None,
    failed_call: FailedCall | None = None,
) -> Cure | None:
    """Save and answer with the settings in the generation config, and with those in the model's config."""
    held = vars(model.config)
    nested = [one for one in finding.evidence.values() if isinstance(one, dict)]
    names = [name for found in (finding.evidence, *nested) for name in found if name in held]
    values = {name: held[name] for name in names if held[name] is not None}
    if not values:
        return None

    def move(model: Any) -> None:
        for name, value in values.items():
            setattr(model.generation_config, name, value)
            delattr(model.config, name)

    told = ", ".join(f"{name}={value}" for name, value in values.items())
    return _mended(
        setup.with_settings(**values),
        f"{told} in the generation config",
        move,
        saves=crash is not None and failed_call is None,
    )


def _mended(setup: Setup, what: str, mend: Callable[[Any], None], *, saves: bool) -> Cure:
    """Where the script ended because nothing could be saved, both sides are saved too."""
    saved = (_save,) if saves else ()
    after = replace(setup, prepare=(*setup.prepare, mend, *saved))
    return Cure(what, after, replace(setup, prepare=(*setup.prepare, *saved)))


def _save(model: Any) -> None:
    """The settings of a model written as save_pretrained() does; a folder of our own takes them."""
    with tempfile.TemporaryDirectory() as folder:
        model.config.save_pretrained(folder)
        model.generation_config.save_pretrained(folder)


@intervention("CRA053")
def unknown_left_out(setup: Setup, finding: Finding, failed_call: FailedCall, tokenizer: Any) -> Cure | None:
    """Answer without the arguments that the model does not know, and with them."""
    unknown = {name: failed_call.arguments[name] for name in finding.evidence.get("unused", ())}
    if not unknown:
        return None
    asked = replace(
        setup, model=failed_call.model, questions=setup.questions or _asked(failed_call, tokenizer)
    )
    near = finding.evidence.get("nearest")
    right = {near: next(iter(unknown.values()))} if near else {}
    after = replace(asked, settings={**asked.settings, **right})
    before = replace(asked, settings={**asked.settings, **unknown})
    what = f"{near} in place of {next(iter(unknown))}" if near else f"generate() without {', '.join(unknown)}"
    return Cure(what, after, before)


def _asked(call: FailedCall, tokenizer: Any) -> tuple[Question, ...]:
    """The texts that generate() was given."""
    ids: Iterable[Any] = next(
        (call.arguments[name] for name in ("input_ids", "inputs") if name in call.arguments), ()
    )
    return tuple(Question(tokenizer.decode(row, skip_special_tokens=True), None) for row in ids)


@intervention("OUT010", "CRA061")
def ignored_replaced(
    setup: Setup,
    tokenizer: Any,
    arguments: Any,
    compute_metrics: Any,
    eval_rows: Any,
    crash: Finding | None = None,
) -> Cure | None:
    """Give the metric ids with pads in the place of -100, and with -100."""
    import numpy as np
    from transformers import EvalPrediction

    if crash is None:
        return None  # what else can be wrong with a metric no change of its ids mends
    rows = [eval_rows[place] for place in range(min(_ROWS, len(eval_rows)))]
    gold = gold_prediction(rows, arguments, tokenizer, setup.model)
    inputs = {"inputs": gold.inputs} if gold.inputs is not None else {}
    mended = EvalPrediction(
        *(np.where(ids < 0, tokenizer.pad_token_id, ids) for ids in (gold.predictions, gold.label_ids)),
        **inputs,
    )

    def measuring(prediction: Any) -> Setup:
        return replace(setup, prepare=(*setup.prepare, lambda _: compute_metrics(prediction)))

    return Cure("pads in the place of -100 in what the metric is given", measuring(mended), measuring(gold))


REFUSED: tuple[Intervention, ...] = (settings_at_one, settings_moved, unknown_left_out, ignored_replaced)

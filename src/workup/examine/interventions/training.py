"""Remedies of the optimisation: two short trainings from the same weights, without and with the change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from workup.examine.experiment.setup import Setup, Training
from workup.examine.finding import Finding
from workup.examine.interventions.cure import Cure, Intervention, intervention

# The steps that a training gets that had too few: ten times as many, and a hundred at least.
_TIMES, _LEAST = 10, 100


def _with(setup: Setup, training: Training) -> Setup:
    return replace(setup, training=training)


def _rate(setup: Setup, finding: Finding) -> Cure | None:
    rate = finding.remedy.change.get("training.learning_rate")
    if setup.training is None or not isinstance(rate, int | float):
        return None
    return Cure(f"a learning rate of {rate:g}", _with(setup, setup.training.with_rate(float(rate))))


@intervention("TRA001", trains=True)
def more_steps(setup: Setup) -> Cure:
    """Train for more steps, and for as many as before."""
    return _longer(setup)


def _longer(setup: Setup) -> Cure:
    assert setup.training is not None
    steps = max(_TIMES * setup.training.steps, _LEAST)
    longer = replace(setup.training, steps=steps).with_arguments(gradient_accumulation_steps=1)
    return Cure(f"{steps} steps instead of {setup.training.steps}", _with(setup, longer))


@intervention("MOD011", trains=True)
def base_taught_longer(setup: Setup) -> Cure:
    """Train for more steps, and for as many as before."""
    return _longer(setup)


@intervention("TRA002", trains=True)
def shorter_warmup(setup: Setup) -> Cure:
    """Train with a warm-up of a tenth of the steps, and with the long one."""
    assert setup.training is not None
    steps = setup.training.steps // 10
    changed = setup.training.with_arguments(warmup_steps=steps, warmup_ratio=None)
    return Cure(f"{steps} warm-up steps", _with(setup, changed))


@intervention("TRA003", trains=True)
def higher_rate(setup: Setup, finding: Finding) -> Cure | None:
    """Train with a usual learning rate, and with the low one."""
    return _rate(setup, finding)


@intervention("TRA004", trains=True)
def lower_rate(setup: Setup, finding: Finding) -> Cure | None:
    """Train with a usual learning rate, and with the high one."""
    return _rate(setup, finding)


@intervention("TRA005", trains=True)
def optimizer_of_model(setup: Setup) -> Cure:
    """Train with an optimizer that holds the model's own weights."""
    return Cure("an optimizer of the model's own weights", setup, as_it_is=True)


@intervention("TRA006", trains=True)
def weights_free(setup: Setup) -> Cure:
    """Train with all weights free, and with the frozen ones."""
    assert setup.training is not None
    prepare = (*setup.training.prepare, _free)
    return Cure("all weights free to train", _with(setup, replace(setup.training, prepare=prepare)))


def _free(model: Any) -> None:
    model.requires_grad_(True)


@intervention("TRA009", trains=True)
def schedule_of_run(setup: Setup, finding: Finding) -> Cure:
    """Train with a learning rate that does not end before the training does."""
    assert setup.training is not None
    changed = setup.training.with_arguments(lr_scheduler_type=_constant())
    return Cure("a learning rate that stays", _with(setup, changed), as_it_is=True)


def _constant() -> Any:
    from transformers import SchedulerType

    return SchedulerType.CONSTANT


@intervention("TRA010", trains=True)
def last_weights(setup: Setup) -> Cure:
    """Train again and keep the last weights instead of those that were taken for the best."""
    return Cure("the last weights instead of those taken for the best", setup, as_it_is=True)


@intervention("ENV002", trains=True)
def full_precision(setup: Setup) -> Cure:
    """Train with float32 weights, and with the halved ones."""
    assert setup.training is not None
    whole = replace(setup.training, prepare=(*setup.training.prepare, _float))
    whole = whole.with_arguments(fp16=False)
    return Cure("float32 weights", _with(setup, whole))


def _float(model: Any) -> None:
    model.float()


@intervention("TRA015", trains=True)
def dropout_on(setup: Setup) -> Cure:
    """Train with dropout, and without."""
    assert setup.training is not None
    without = replace(setup.training, prepare=(*setup.training.prepare, _always_evaluating))
    # A Trainer turns dropout on whatever the mode was before.
    return Cure("model.train()", setup, _with(setup, without))


def _always_evaluating(model: Any) -> None:
    model.eval()
    model.train = lambda mode=True: model


TRAINING: tuple[Intervention, ...] = (
    more_steps,
    base_taught_longer,
    shorter_warmup,
    higher_rate,
    lower_rate,
    optimizer_of_model,
    weights_free,
    schedule_of_run,
    last_weights,
    full_precision,
    dropout_on,
)

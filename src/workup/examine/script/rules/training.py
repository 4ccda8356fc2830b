"""TRAINING: how weights are moved."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from workup.examine.check import check
from workup.examine.finding import Finding
from workup.examine.script.facts import UNKNOWN, Facts
from workup.examine.script.roles import Roles, Use
from workup.examine.script.rules.shared import ERROR, NOTE, WARNING, found

# The Trainer's own learning rate, and below which rate T5 hardly moves.
_DEFAULT_RATE = 5e-5
_LOW_RATE = 1e-5
# Half a run in warm-up: the mean learning rate is then at most half of what was asked for.
_LONG_WARMUP = 0.5
_LESS_IS_BETTER = re.compile(r"(^|_)(wer|cer|ter|error|error_rate|perplexity|ppl|nll|distance)$")


@check("SCR070", "training")
def fp16_on_t5(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """A model of T5's family is trained in fp16.

    What it checks
    Whether `fp16=True` meets T5, mT5, UMT5, ByT5 or LongT5.

    Why it matters
    These models were pretrained in bf16, whose range is that of float32. Their activations can exceed 65504,
    the largest number of fp16; the loss becomes NaN, or the model writes nonsense.

    Evidence
    The families of the models in the script.

    Example
    Wrong: `Seq2SeqTrainingArguments(..., fp16=True)` with mT5. Right: `bf16=True`, or neither.

    Remedy
    Train in bf16 where the hardware computes in it, else in float32.

    When it is harmless
    Many runs of the small T5 checkpoints end well: transformers keeps one of the matrices in float32 and
    clamps infinities.

    Known limits
    A value that is chosen while the script runs, as by `torch.cuda.is_available()`, is not judged.

    Sources
    https://github.com/huggingface/transformers/issues/4586
    """
    for use in roles.settings:
        given = use.arguments.get("fp16")
        if roles.is_t5 and given is not None and facts.constant(given) is True:
            yield found(
                facts,
                given,
                WARNING,
                f"{' and '.join(sorted(roles.families))} was pretrained in bf16 and is trained in fp16, "
                "which ends at 65504",
                "train in bf16 or float32",
                "args = Seq2SeqTrainingArguments(..., bf16=True)",
            )


@check("SCR071", "training")
def learning_rate_too_low(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """The learning rate is lower than T5 needs.

    What it checks
    Whether a T5 is trained below 1e-5, or at the Trainer's default of 5e-5, given or not.

    Why it matters
    T5 was pretrained with large learning rates and hardly moves at small ones: the loss is flat, and the
    answers are those of the base model.

    Evidence
    The learning rate.

    Example
    Wrong: no `learning_rate` at all. Right: `learning_rate=3e-4`.

    Remedy
    1e-4 to 3e-4 with AdamW, 1e-3 with Adafactor.

    When it is harmless
    Below 1e-5: hardly ever. At 5e-5: with many steps, as a second training of a trained model; so it is a
    note.

    Known limits
    A Trainer that is given its own optimizer is not judged.

    Sources
    https://huggingface.co/docs/transformers/model_doc/t5
    """
    if not roles.is_t5:
        return
    for trainer in roles.trainers:
        use = roles.settings_of(trainer)
        if (
            use is None
            or trainer.arguments.get("optimizers", 7) is not None
            or not trainer.arguments.complete
        ):
            continue
        given = use.arguments.get("learning_rate")
        if given is None and not use.arguments.complete:
            continue
        rate = _DEFAULT_RATE if given is None else facts.constant(given)
        if isinstance(rate, int | float) and (0 < rate < _LOW_RATE or rate == _DEFAULT_RATE):
            told = "left at its default of 5e-05" if given is None else f"{rate:g}"
            yield found(
                facts,
                given or use.call,
                WARNING if rate < _LOW_RATE else NOTE,
                f"the learning rate is {told}; T5 is trained with 1e-4 to 1e-3",
                "set 1e-4 to 3e-4 for AdamW, 1e-3 for Adafactor",
                "args = Seq2SeqTrainingArguments(..., learning_rate=3e-4)",
                learning_rate=rate,
            )


@check("SCR072", "training")
def warmup_longer_than_run(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """The warm-up lasts for half of the training or more, so the learning rate hardly gets up.

    What it checks
    `warmup_steps` against the steps of the training, where these follow from `max_steps`, or from rows that
    are written out, epochs and batch size.

    Why it matters
    A warm-up of 1000 steps, copied from a larger recipe, lets a training of 100 steps end at a tenth of its
    learning rate. It looks like a learning rate that is too low.

    Evidence
    Both numbers of steps.

    Example
    Wrong: `warmup_steps=1000, max_steps=300`. Right: a tenth of the steps at most.

    Remedy
    Warm up for a tenth of the steps at most.

    When it is harmless
    In the first part of a training that will be resumed with the same schedule.

    Known limits
    Rows from a file are not counted; a script with several data sets is not judged. One device is assumed.

    Sources
    https://huggingface.co/docs/transformers/main_classes/optimizer_schedules
    """
    for use in roles.settings:
        given, steps = use.arguments.get("warmup_steps"), _planned_steps(facts, use)
        warmup = facts.constant(given)
        if given is None or not isinstance(warmup, int) or not steps or warmup < 2:
            continue
        if warmup >= _LONG_WARMUP * steps:
            yield found(
                facts,
                given,
                ERROR if warmup >= steps else WARNING,
                f"the warm-up takes {warmup} of {steps} steps",
                "warm up for a tenth of the steps at most",
                f"warmup_steps={max(1, steps // 10)}",
                warmup_steps=warmup,
                steps=steps,
            )


@check("SCR073", "training")
def best_by_wrong_sign(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """The best checkpoint is chosen by the wrong sign, so the worst one is kept.

    What it checks
    Whether `load_best_model_at_end` goes by an error rate, a perplexity or the like, and `greater_is_better`
    is not False.

    Why it matters
    Without `greater_is_better` the Trainer takes every metric whose name does not end in "loss" as one of
    which more is better. An error rate then keeps the first, worst checkpoint.

    Evidence
    The metric.

    Example
    Wrong: `metric_for_best_model="cer"` alone. Right: the same with `greater_is_better=False`.

    Remedy
    Set `greater_is_better=False`.

    When it is harmless
    When the metric is named against its sense.

    Known limits
    Names are looked at; a metric of an unknown name is not judged.

    Sources
    https://github.com/huggingface/transformers/pull/31142
    """
    for use in roles.settings:
        given, sign = use.arguments.get("metric_for_best_model"), use.arguments.get("greater_is_better")
        metric = facts.constant(given)
        loads = facts.constant(use.arguments.get("load_best_model_at_end")) is True
        wrong = use.arguments.complete if sign is None else facts.constant(sign) is True
        if (
            given is not None
            and isinstance(metric, str)
            and loads
            and wrong
            and _LESS_IS_BETTER.search(metric)
        ):
            yield found(
                facts,
                sign or given,
                ERROR,
                f"of {metric!r} less is better, but greater_is_better is "
                + ("True" if sign is not None else "not set and becomes True"),
                "set greater_is_better=False",
                "greater_is_better=False",
                metric=metric,
            )


def _planned_steps(facts: Facts, use: Use) -> int | None:
    """The optimizer steps of a training; None where they do not follow from the script."""
    limit = facts.constant(use.arguments.get("max_steps"))
    if isinstance(limit, int) and limit > 0:
        return limit
    counts = {len(rows) for rows in _written_rows(facts)}
    splits = any(getattr(call.func, "attr", "") in {"train_test_split", "filter"} for call in facts.calls)
    if len(counts) != 1 or splits or not use.arguments.complete or limit is not UNKNOWN:
        return None
    defaults = {"num_train_epochs": 3, "per_device_train_batch_size": 8, "gradient_accumulation_steps": 1}
    values = []
    for name, default in defaults.items():
        given = use.arguments.get(name)
        value = default if given is None else facts.constant(given)
        if not isinstance(value, int | float) or value <= 0:
            return None
        values.append(value)
    epochs, batch, accumulated = values
    return math.ceil(math.ceil(counts.pop() / batch) / accumulated * epochs)


def _written_rows(facts: Facts) -> list[list[object]]:
    """The lists of rows that are written out and made a dataset, or a table."""
    rows = []
    for call in facts.calls:
        if facts.origin(call.func) in {"datasets.Dataset.from_list", "pandas.DataFrame"} and call.args:
            data = facts.constant(call.args[0])
            if isinstance(data, list):
                rows.append(data)
    return rows


RULES = (fp16_on_t5, learning_rate_too_low, warmup_longer_than_run, best_by_wrong_sign)

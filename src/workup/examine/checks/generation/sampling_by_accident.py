"""GEN005"""

from __future__ import annotations

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.generating import DEFAULTS, Comparison, Settings, Trial

# They change nothing unless tokens are drawn.
_OF_SAMPLING = ("temperature", "top_k", "top_p", "min_p", "typical_p", "epsilon_cutoff", "eta_cutoff")
# Two answers of the eight that are tried.
_CLEARLY = 0.25


@check("GEN005", "generation")
def sampling_by_accident(settings: Settings, trial: Trial | None = None) -> Finding | None:
    """Answers are drawn at random, or settings of drawing are given that have no effect.

    What it checks
    Whether `do_sample` is on, and who turned it on: a warning where the configuration that came with the
    model did; where the call itself asks for it, only if fewer answers to a batch are right than with the
    likeliest tokens, else a note. Or whether `temperature`, `top_k`, `top_p` and their like were given to a
    call that does not sample.

    Why it matters
    Drawn answers differ from run to run, and are worse than the likeliest one where there is one right
    answer. A temperature without sampling is a setting that seems to be tried and is not.

    Evidence
    The settings, and where each comes from.

    Example
    Wrong: a `generation_config.json` with `"do_sample": true` taken over from a chat model. Right:
    `model.generate(**batch, do_sample=False)`.

    Remedy
    Turn sampling off where one answer is right.

    When it is harmless
    Where several different answers are wanted: with `num_return_sequences` above 1 in the call itself nothing
    is said.

    Known limits
    Settings of sampling that only stand in the model's own configuration, unused, are not mentioned.

    Sources
    https://github.com/google-research/pegasus/issues/196,
    https://huggingface.co/docs/transformers/generation_strategies
    """
    given = {name: settings.value(name) for name in _OF_SAMPLING if name in settings.origin}
    changed = {name: value for name, value in given.items() if value != DEFAULTS.get(name)}
    off = Remedy(
        "turn sampling off, so that the likeliest answer is given",
        code="model.generation_config.do_sample = False",
    )
    if settings.value("do_sample") is True:
        asked = settings.said_of("do_sample") == "generate()"
        several = settings.value("num_return_sequences")
        if asked and isinstance(several, int) and several > 1:
            return None
        worse = _worse(trial)
        return Finding(
            Severity.NOTE if asked and worse is None else Severity.WARNING,
            f"answers are drawn at random: do_sample is on (from {settings.said_of('do_sample')}) with "
            f"temperature {settings.value('temperature')}, so two runs give different answers"
            + (worse.told if worse else ""),
            off,
            {"do_sample": True, "from": settings.said_of("do_sample"), **changed}
            | (worse.evidence if worse else {}),
        )
    idle = {name: value for name, value in changed.items() if settings.origin[name] == "generate()"}
    if not idle:
        return None
    told = ", ".join(f"{name}={value}" for name, value in idle.items())
    return Finding(
        Severity.NOTE,
        f"{told} {'has' if len(idle) == 1 else 'have'} no effect, because do_sample is off",
        Remedy("leave these settings out, or turn sampling on"),
        dict(idle),
    )


def _worse(trial: Trial | None) -> Comparison | None:
    """Drawn answers beside the likeliest ones, where clearly fewer of them are right."""
    if trial is None or not trial.labels:
        return None
    drawn = trial.compare(trial.own)
    return drawn if drawn.right_before - drawn.right_after >= _CLEARLY else None

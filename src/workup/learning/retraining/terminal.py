"""The outcome of a retraining on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workup.compare.words import counted
from workup.evaluation.paired import Effect
from workup.learning.retraining.forgetting import Forgetting
from workup.learning.retraining.outcome import Outcome, Trained
from workup.learning.retraining.ways import TOLD
from workup.registry.terminal import gates_view

_SHOWN = 5


def outcome_view(outcome: Outcome) -> RenderableType:
    """How far it went, and every number on the way."""
    parts: list[RenderableType] = [Text(line) for line in _given(outcome)]
    if outcome.trained is not None:
        parts += _trained(outcome.trained)
        parts.append(Text(f"The report is in {outcome.folder}/round.json", style="dim"))
    return Group(*parts)


def _given(outcome: Outcome) -> Iterator[str]:
    material = outcome.material
    number = len(material.items)
    told = f"{counted(number, 'new case')} for {material.version.line} since {material.version.name}"
    waits = (
        f"; {outcome.unseen} of them in no version yet, and {outcome.at_least} are asked for (--at-least): "
        "nothing was trained"
    )
    yield told + (waits if outcome.trained is None else "")
    if material.unknown:
        named = ", ".join(f"{name} ({count})" for name, count in material.unknown.items())
        yield f"Held back, for it does not know these conditions: {named}"
    yield from _some(
        "Its weights are not gone on from: it has learned what it must not have", material.withdrawn
    )
    yield from _some("Incoming cases drift", outcome.drift)


def _some(title: str, lines: tuple[str, ...]) -> Iterator[str]:
    if lines:
        yield f"{title}:"
        yield from (f"  {line}" for line in lines[:_SHOWN])
    if len(lines) > _SHOWN:
        yield f"  ... and {len(lines) - _SHOWN} more"


def _trained(trained: Trained) -> Iterator[RenderableType]:
    plan = trained.choice.plan
    table = Table(box=None, padding=(0, 3, 0, 0), pad_edge=False, header_style="bold")
    for column in ("way", "first right", "against fresh (95 %)", "p, corrected", "lost", "gained"):
        table.add_column(column, justify="left" if column == "way" else "right")
    for tried, (way, kept) in zip(trained.choice.tried, trained.forgetting.items(), strict=True):
        p = "" if tried.p is None else f"{tried.p:.2g}"
        against = "" if tried.effect is None else _points(tried.effect)
        table.add_row(way, f"{tried.top1:.1%}", against, p, f"{kept.lost:.1%}", f"{kept.gained:.1%}")
    before = next(iter(trained.forgetting.values())).before
    yield Text()
    yield table
    yield Text(
        f"{counted(len(plan.seeds), 'seed')}, {counted(len(plan.cases.ids), 'validation case')}, of which "
        f"{plan.name} had {before:.1%} right; lost and gained: of what it had right, of what it had wrong",
        style="dim",
    )
    yield Text()
    yield Text(_chosen(trained), style="bold")
    yield from (Text(line) for line in _forgetting(trained))
    yield Text()
    yield Text(f"{trained.version} is published, and the candidate. What the gates say of it:")
    yield gates_view([gate.to_json() for gate in trained.gates])
    failed = [gate.gate for gate in trained.gates if not gate.passed]
    yield Text()
    if failed:
        yield Text(f"It stops here: {', '.join(failed)} did not let it pass.")
    else:
        yield Text(f"Whether it serves is a person's decision: workup models promote {trained.version}")


def _chosen(trained: Trained) -> str:
    if len(trained.choice.tried) == 1:
        why = "the only way that is left"
    elif trained.way == "fresh":
        why = "no other is proved to be better"
    else:
        why = "it is proved to be better than fresh"
    return f"Taken: {trained.way}, {TOLD[trained.way]}; {why}."


def _forgetting(trained: Trained) -> Iterator[str]:
    kept = trained.forgetting[trained.way]
    yield f"Validation cases: {_before_after(kept)}, {counted(kept.effect.seeds, 'seed')}."
    if trained.remembered is not None:
        yield (
            f"{counted(trained.remembered.effect.cases, 'case')} of the training before: "
            f"{_before_after(trained.remembered)}, the published run alone."
        )


def _before_after(kept: Forgetting) -> str:
    return f"{kept.before:.1%} right before, {kept.after:.1%} now: {_points(kept.effect)} points"


def _points(effect: Effect) -> str:
    low, high = (f"{100 * bound:+.1f}" for bound in (effect.low, effect.high))
    return f"{100 * effect.difference:+.1f} ({low} to {high})"

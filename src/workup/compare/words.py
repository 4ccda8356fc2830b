"""Results in words that a person can act on."""

from __future__ import annotations

from workup.compare.comparison import Comparison
from workup.compare.grid import Setting
from workup.compare.sweep import Sweep
from workup.evaluation.paired import DISAGREEMENT, Effect, foresee


def foresight(cases: int, seeds: int) -> str:
    """What a comparison on so many independent cases can see at all, said before it is made."""
    foreseen = foresee(cases, seeds)
    if foreseen is None:
        few = counted(cases, "case")
        return f"With {few} no difference between two models can be proved; test on more rows."
    found = f"a true one of {_points(foreseen.findable)} is found four times in five"
    if seeds == 1:
        return (
            f"With {cases} cases a difference under {_points(foreseen.hidden)} cannot be seen; {found} "
            f"(if {DISAGREEMENT:.0%} of the cases are answered differently)."
        )
    return (
        f"With {cases} cases and {seeds} seeds a difference under {_points(foreseen.hidden)} can hardly be "
        f"seen; {found} (if {DISAGREEMENT:.0%} of the cases are answered differently, half of them in every "
        "seed alike). Where trainings differ by luck, it takes more."
    )


def verdict(comparison: Comparison) -> str:
    """Which side is better, or why that cannot be said and what would help."""
    effect, names = comparison.effect, comparison.plan.names
    size = f"{counted(effect.seeds, 'seed')}, {counted(effect.cases, 'case')}"
    if effect.proved:
        better, worse = ("B", "A") if effect.difference > 0 else ("A", "B")
        low, high = sorted(abs(bound) for bound in (effect.low, effect.high))
        named = names["AB".index(better)]
        return (
            f"{better} ({named}) is better than {worse} by {_points(effect.difference)} "
            f"(95 % interval {_number(low)} to {_number(high)}; {size})."
        )
    if effect.difference == 0:
        ahead = "A and B are right equally often"
    else:
        ahead = f"{'B' if effect.difference > 0 else 'A'} is ahead by {_points(effect.difference)}"
    interval = f"95 % interval of B minus A {_signed(effect.low)} to {_signed(effect.high)}"
    return f"Too close to call: {ahead} ({interval}; {size}). {remedy(effect)}"


def remedy(effect: Effect) -> str:
    """What would make a comparison of this precision see more."""
    seen = f"A true difference of {_points(effect.findable)} would be found four times in five"
    if effect.seeds == 2:
        return f"{seen}; for a smaller one add seeds: two tell little of the luck of trainings."
    if effect.from_seeds is not None and effect.from_seeds > 0.5:
        luck = f"{effect.from_seeds:.0%} of the uncertainty is the luck of trainings"
        return f"{seen}; for a smaller one add seeds: {luck}."
    return f"{seen}; for a smaller one test on more cases."


def verdict_of_sweep(sweep: Sweep) -> str:
    """Whether to change a setting, and what the change is worth once the winner's luck is taken off."""
    selection, winner = sweep.selection, sweep.winner
    seeds, cases = counted(len(sweep.plan.seeds), "seed"), counted(len(sweep.plan.cases.ids), "case")
    tried = f"{len(sweep.tried)} settings, {seeds}, {cases}"
    if winner.effect is None or winner.p is None:
        return f"Keep the settings as they are: none of the others is better ({tried})."
    luck = (
        f"chosen on one half of the cases and judged on the other, the gain is {_signed(selection.honest)} "
        f"points, not {_signed(selection.apparent)}"
    )
    chosen = f"the halves choose it in {selection.chosen[selection.winner]:.0%}"
    named = described(winner.setting)
    if winner.proved:
        better = f"{named} is better than the recipe's own settings"
        return f"{better}: {luck}; {chosen} ({tried}; p {p_value(winner.p)})."
    return (
        f"No setting is proved better than the recipe's own. {named} is ahead, but {luck}; {chosen} "
        f"({tried}; p {p_value(winner.p)} among as many)."
    )


def described(setting: Setting) -> str:
    """A setting in one line: the last part of each path, and its value."""
    return ", ".join(f"{path.rpartition('.')[2]} {_plain(value)}" for path, value in setting)


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 seed", "5 seeds"."""
    return f"{number} {noun}{'s' if number != 1 else ''}"


def p_value(p: float) -> str:
    """A p-value as a person reads it: "0.031", or "< 0.001"."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _plain(value: object) -> str:
    return "none" if value is None else str(value)


def _points(share: float) -> str:
    """The size of a difference in percentage points."""
    number = _number(abs(share))
    return f"{number} point{'s' if number != '1.0' else ''}"


def _number(share: float) -> str:
    return f"{100 * share:.1f}"


def _signed(share: float) -> str:
    return f"{100 * share + 0.0:+.1f}"

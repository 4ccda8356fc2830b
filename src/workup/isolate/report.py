"""The report of an isolation: JSON, a page, a plot, and the mended recipe, in its folder."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workup.files import write_json, write_text
from workup.isolate.differences import Difference, Side
from workup.isolate.isolating import Isolated
from workup.isolate.measuring import Tried
from workup.isolate.plot import draw
from workup.isolate.words import cost, label, sentence
from workup.templates import environment

if TYPE_CHECKING:
    from jinja2 import Environment

MENDED, JSON, PAGE, PLOT = "mended.yaml", "isolation.json", "isolation.html", "trials.svg"


def to_json(result: Isolated) -> dict[str, Any]:
    """Everything, as plain values."""
    found = result.found
    return {
        "verdict": found.verdict if found else "alike",
        "sentence": sentence(result),
        "metric": result.metric,
        "culprits": [_difference(one) for one in result.culprits],
        "interaction": bool(found and found.interaction),
        "each": bool(found and found.each),
        "effects": [
            {"changed": sorted(changed), **{name: _finite(v) for name, v in vars(effect).items()}}
            for changed, effect in (found.effects.items() if found else ())
        ],
        "differences": [_difference(one) for one in result.differences],
        "skipped": [{**_difference(one.difference), "reason": one.reason} for one in result.skipped],
        "share": result.share,
        "trials": [_tried(one) for one in result.tried],
        "seconds": round(result.seconds, 1),
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "name": one.name,
        "changes": [{"path": c.path, "good": _plain(c.good), "bad": _plain(c.bad)} for c in one.changes],
    }


def _plain(value: Any) -> Any:
    return value.model_dump() if hasattr(value, "model_dump") else value


def _tried(one: Tried) -> dict[str, Any]:
    plain = {name: value for name, value in vars(one).items() if name not in {"setting", "step", "steps"}}
    setting = one.setting
    return {
        "changed": sorted(setting.changed),
        "seed": setting.seed,
        "repeat": setting.repeat,
        **plain,
        "value": _finite(one.value),
    }


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write(result: Isolated, folder: Path) -> list[Path]:
    """Write the report to the folder, and the mended recipe where there is something to mend.

    Raises:
        SaveError: the disk is full.
    """
    write_json(folder / JSON, to_json(result))
    written = [folder / PAGE, folder / JSON]
    if result.tried:
        write_text(folder / PLOT, draw(result.tried, _names(result), result.metric))
        written.append(folder / PLOT)
    page = _templates().get_template("isolation.html.jinja")
    write_text(folder / PAGE, page.render(result=result, names=_names(result)))
    mended = result.mended
    if result.culprits and isinstance(mended, Side):
        mended.recipe.save(folder / MENDED)
        written.append(folder / MENDED)
    return written


def _names(result: Isolated) -> list[str]:
    return [one.name for one in result.differences]


@cache
def _templates() -> Environment:
    made = environment("workup.isolate")
    made.globals |= {"sentence": sentence, "cost": cost, "label": label, "draw": draw}
    return made

"""A remedy's change to a recipe, as it is written on the command line."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

from workup.examine.finding import Remedy


def recipe_options(remedy: Remedy) -> str:
    """The change as options of `workup train RECIPE`: "--set tokens.mask_label_pads=true"; "" for none."""
    return " ".join(f"--set {path}={shlex.quote(_written(value))}" for path, value in remedy.change.items())


def _written(value: Any) -> str:
    """A value in the words of YAML."""
    if isinstance(value, bool) or value is None or isinstance(value, Mapping | list | tuple):
        return json.dumps(value)
    return str(value)

"""The model card: what a version is for, what it was made of, and how good it is, in Markdown.

The sections follow "Model cards for model reporting" (Mitchell et al. 2019); the head is for
model hubs.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from workup.evaluation.metrics import Proportion
from workup.recipe import Recipe
from workup.registry.evidence import Evidence, read_json
from workup.registry.figures import forms
from workup.registry.gates import calibration, coverage
from workup.registry.learned import Learned

if TYPE_CHECKING:
    from jinja2 import Environment

    from workup.registry.version import Manifest

_TEMPLATE = "card.md.jinja"


def render(folder: Path, manifest: Manifest, recipe: Recipe, specialty: str | None) -> str:
    """The card of the version that is being made in a folder.

    Args:
        specialty: of its line; None: it is for all.

    Raises:
        RegistryError: the folder lacks its evidence.
    """
    evidence = Evidence.load(folder)
    return (
        _environment()
        .get_template(_TEMPLATE)
        .render(
            manifest=manifest,
            recipe=recipe,
            specialty=specialty,
            evidence=evidence,
            learned=Learned.load(folder),
            training=read_json(folder / "run.json") if (folder / "run.json").is_file() else {},
            forms=forms(folder, evidence),
            specialties=_by_specialty(evidence),
            calibration=calibration(evidence, None).numbers,
            coverage=coverage(evidence, None).numbers,
        )
    )


def _by_specialty(evidence: Evidence) -> dict[str, dict[str, Proportion]]:
    """Of each specialty, how often the first answer was right, by form."""
    names = dict.fromkeys(case.specialty for case in evidence.cases if case.specialty is not None)
    return {
        name: {
            form: Proportion.of([case.right for case in evidence.of_form(form) if case.specialty == name])
            for form in evidence.forms
        }
        for name in names
    }


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("workup.registry"),
        autoescape=False,  # Markdown
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

"""A registry in which the version of a tiny model serves, and released cases that are new to it."""

import json
from collections.abc import Sequence
from pathlib import Path

from clinic_task import KNOWN, make_clinic_recipe
from workup.clinic.cases import rows
from workup.learning.intake import take_in
from workup.learning.review import decide
from workup.learning.store import opened
from workup.registry import Registry, promote, publish
from workup.run import train

GOLDEN = """\
cases:
  - {id: skin, specialty: Dermatology, diagnosis: Psoriasis, text: Itchy silvery plaques on both elbows.}
"""


def serve_small(base: Path, folder: Path) -> Path:
    """Train, publish and promote; the registry is `registry` in the folder."""
    known = [row.values for row in rows() if row.values["diagnosis"] in KNOWN]
    (folder / "cases.jsonl").write_text("\n".join(map(json.dumps, known)), encoding="utf-8")
    recipe = make_clinic_recipe(folder / "cases.jsonl").change("base", str(base))
    recipe = recipe.change("prompt.template", "{text}").change("generation.max_new_tokens", 8)
    train(recipe, folder / "run")
    registry = Registry.at(folder / "registry")
    registry.prepare()
    (registry.folder / "golden.yaml").write_text(GOLDEN)
    promote(registry, publish(registry, folder / "run", by="ada"), override="a test")
    return folder


def release(database: Path, diagnosis: str, texts: Sequence[str]) -> None:
    """Have cases taken in, and agreed on by Ann and Bea."""
    file = database.with_name("incoming.jsonl")
    lines = (json.dumps({"text": text, "diagnosis": diagnosis}) for text in texts)
    file.write_text("\n".join(lines), encoding="utf-8")
    with opened(str(database), create=True) as session:
        for item in take_in(session, str(file), "St Ann").items:
            for name in ("Ann", "Bea"):
                decide(session, item, name, "accept", "it fits")

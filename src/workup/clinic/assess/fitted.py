"""What the diagnoser learns from validation cases, and where it is kept: beside the model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from workup.clinic.assess.evidence import Witness, vectors
from workup.clinic.assess.forms import Form, contents, sources
from workup.clinic.assess.generated import generated
from workup.clinic.assess.kept import FOLDER, FORMAT, VALUES
from workup.clinic.assess.prior import WordPrior, fit_share
from workup.data.rows import Example
from workup.errors import DataError, RunError
from workup.evaluation.calibrated import Calibration
from workup.evaluation.estimate import Floats
from workup.evaluation.scope import Scope
from workup.files import sha256, whole_folder, write_json
from workup.run import Run

FORMS: tuple[Form, ...] = ("findings", "text")
_VECTORS, _WEIGHTS = "vectors.safetensors", "model.safetensors"
_DIGITS = 12


@dataclass(frozen=True)
class Fitted:
    """What was learned of one form of input; `share` is how much the words count beside the model."""

    share: float
    calibration: Calibration
    scope: Scope


@dataclass(frozen=True)
class Knowledge:
    """Everything beside the model that an assessment needs.

    Attributes:
        checksum: of the weights it belongs to; `data`: of the training examples.
        conditions: the known answers.
        training: (M, D) mean encoder vectors of the training inputs; `prior`: what words say.
        forms: what was learned of each form that the validation cases have.
    """

    checksum: str
    data: str
    conditions: tuple[str, ...]
    training: Floats
    prior: WordPrior
    forms: dict[Form, Fitted]


def knowledge(run: Run, progress: Callable[[str], None] = lambda what: None) -> Knowledge:
    """Read what is kept beside the run's model; learn it, and keep it, where there is none for these weights.

    Raises:
        RunError, DataError: see `learn`.
    """
    folder = run.folder / FOLDER
    checksum = sha256(run.model_folder / _WEIGHTS)[:_DIGITS]
    kept = _read(folder)
    if kept is not None and kept.checksum == checksum:
        return kept
    learned = learn(run, checksum, progress)
    _write(folder, learned)
    return learned


def learn(run: Run, checksum: str, progress: Callable[[str], None]) -> Knowledge:
    """Calibrate on the run's validation cases, in each form that they have.

    Raises:
        RunError: the run holds no cases out, or its target is more than a name.
        DataError: too few cases, or answers that cannot be told apart.
    """
    train, validation = taught(run), run.examples.validation
    if not validation:
        raise RunError(
            f"the recipe of {run.folder} holds no cases out (data.split is none), so nothing says how sure "
            "its answers are; train with validation cases"
        )
    conditions = tuple(dict.fromkeys(example.answers[0] for example in [*train, *validation]))
    progress("reading the training cases")
    training = vectors(run.predictor, [example.source for example in train])
    progress("learning what the words say")
    told = [*((example.content, example.answers[0]) for example in train), *generated(conditions)]
    texts, names = zip(*told, strict=True)
    prior = WordPrior.fit(texts, np.array([conditions.index(name) for name in names]), len(conditions))
    witness = Witness(run.predictor, conditions, training, prior)
    forms = {}
    for form in FORMS:
        given = sources(validation, run.predictor.prompt, form)
        if given is not None:
            progress(f"calibrating on {len(given)} validation cases as {form}")
            forms[form] = _fitted(witness, validation, given, form, run.recipe.data.source)
    return Knowledge(checksum, fingerprint(train), conditions, training, prior, forms)


def taught(run: Run) -> list[Example]:
    """What the weights learned from: the run's training examples, and those of the run it went on from.

    Raises:
        RunError, DataError: that run, or its data, is no longer there.
    """
    own, start = run.examples.train, run.recipe.training.continue_from
    if start is None:
        return own
    before = taught(Run.load(start))
    known = {(example.source, example.target) for example in before}
    return [*before, *(example for example in own if (example.source, example.target) not in known)]


def _fitted(
    witness: Witness, validation: Sequence[Example], given: Sequence[str], form: Form, name: str
) -> Fitted:
    seen = witness.see(contents(validation, form), given)
    truth = np.array([witness.conditions.index(example.answers[0]) for example in validation])
    data = f"{len(given)} validation cases of {name}, as {form}"
    share = fit_share(seen.model, seen.words, truth)
    return Fitted(share, Calibration.fit(seen.together(share), truth, data=data), Scope.fit(seen.scores))


def fingerprint(examples: Sequence[Example]) -> str:
    """The checksum of what a model was trained on, whatever the order of its examples."""
    texts = sorted(f"{example.source}\t{example.target}" for example in examples)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:_DIGITS]


def _write(folder: Path, learned: Knowledge) -> None:
    from safetensors.numpy import save_file

    with whole_folder(folder) as partial:
        learned.prior.save(partial)
        save_file({"training": learned.training.astype(np.float32)}, partial / _VECTORS)
        values: dict[str, Any] = {
            "format": FORMAT,
            "checksum": learned.checksum,
            "data": learned.data,
            "conditions": learned.conditions,
            "forms": {
                form: {
                    "share": one.share,
                    "calibration": one.calibration.to_json(),
                    "scope": one.scope.to_json(),
                }
                for form, one in learned.forms.items()
            },
        }
        write_json(partial / VALUES, values)


def _read(folder: Path) -> Knowledge | None:
    """What is kept; None where there is nothing, or nothing that this version can read."""
    from safetensors.numpy import load_file

    if not (folder / VALUES).is_file() or not (folder / _VECTORS).is_file():
        return None
    try:
        values = json.loads((folder / VALUES).read_text(encoding="utf-8"))
        if values["format"] != FORMAT:
            return None
        forms = {
            form: Fitted(
                one["share"], Calibration.from_json(one["calibration"]), Scope.from_json(one["scope"])
            )
            for form, one in values["forms"].items()
        }
        training = load_file(folder / _VECTORS)["training"].astype(np.float64)
        return Knowledge(
            values["checksum"],
            values["data"],
            tuple(values["conditions"]),
            training,
            WordPrior.load(folder),
            forms,
        )
    except (OSError, ValueError, KeyError, DataError):
        return None

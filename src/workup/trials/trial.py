"""A Trial: one training and its evaluation, to be run in a process of its own; and its Outcome."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workup.files import sha256
from workup.pipeline.versions import installed
from workup.recipe import Recipe

# Workup's own code, and the packages, that a result depends on.
_CODE = ("recipe", "data", "pipeline", "evaluation", "run.py")
PACKAGES = ("workup", "torch", "transformers", "tokenizers", "accelerate", "datasets", "peft")
# Fields that no number of an evaluation depends on.
_NAMES = ("notice", "environment")


@dataclass(frozen=True)
class Trial:
    """Train as the recipe says, then evaluate.

    Attributes:
        recipe: the whole fine-tune, its seed included.
        environment: exact requirements, such as ("transformers==4.57.6",), that replace what is installed;
            see `workup.trials.environments`. Empty: what is installed.
        test: a source, all of whose rows are the test; None: the validation rows of the recipe.
        trained: the folder of a finished run, from whose recipe this one differs in generation alone; its
            model is evaluated and nothing is trained. None: train.
        answered: whether the tested rows are answered; False: only their loss is taken, which is far cheaper.
        repeat: another number is another trial, although all else is the same: to see whether the outcome is.
    """

    recipe: Recipe
    environment: tuple[str, ...] = ()
    test: str | None = None
    trained: Path | None = None
    answered: bool = True
    repeat: int = 0

    @property
    def key(self) -> str:
        """A digest of everything that determines the outcome: 64 hexadecimal digits.

        It covers the recipe without its names, the contents of the files it reads, the environment, the
        versions of the installed packages, and Workup's own code.
        """
        recipe = self.recipe.model_dump(mode="json", exclude=set(_NAMES))
        read = [
            self.recipe.base,
            self.recipe.data.source,
            self.recipe.data.validation_source,
            self.recipe.data.extra_source,
            self.recipe.training.continue_from,
            self.test,
            str(self.trained) if self.trained else None,
        ]
        return digest(
            {
                **self.to_json(),
                "recipe": recipe,
                "files": {name: fingerprint(Path(name)) for name in read if name},
                "installed": installed(PACKAGES),
                "code": _code(),
            }
        )

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values; `from_json` reads it."""
        return {
            "recipe": self.recipe.model_dump(mode="json"),
            "environment": list(self.environment),
            "test": self.test,
            "trained": str(self.trained) if self.trained else None,
            "answered": self.answered,
            "repeat": self.repeat,
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Trial:
        """The trial that `to_json` described."""
        return cls(
            Recipe.model_validate_json(json.dumps(given["recipe"])),
            tuple(given["environment"]),
            given["test"],
            Path(given["trained"]) if given["trained"] else None,
            given["answered"],
            given["repeat"],
        )


@dataclass(frozen=True)
class Outcome:
    """What came of a trial.

    Attributes:
        metrics: by name. Of a recipe: `top1` and `top3`, shares from 0 to 1, and `loss`, nats per target
            token, of the tested rows; `loss` alone where they were not answered. Empty when it failed.
        ids, answers, ranks: of each tested example, in the order of the test: its id, the best answer, and
            the position (from 1) of the right answer, None where it is not among the candidates.
        seconds: wall-clock time of training and evaluation, start of the process included.
        error: why the trial failed, in one sentence; None: it did not.
        lost: the error is the machine's doing (a killed process, a full disk), not that of the trial.
        versions: the packages that computed it.
    """

    metrics: Mapping[str, float] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    ranks: tuple[int | None, ...] = ()
    seconds: float = 0.0
    error: str | None = None
    lost: bool = False
    versions: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values; `from_json` reads it."""
        return asdict(self)

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Outcome:
        """The outcome that `to_json` described."""
        values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in given.items()}
        return cls(**values)


def digest(value: Any) -> str:
    """The SHA-256 of a value of plain types, whatever the order of its keys: 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def fingerprint(path: Path) -> Any:
    """What tells whether a file or folder has changed: a checksum, or its files' sizes and times.

    None where there is nothing at the path: it may be the name of an installed source.
    """
    if path.is_file():
        return sha256(path)
    if path.is_dir():
        return digest(list(_listing(path)))
    return None


def _listing(folder: Path) -> Iterator[tuple[str, int, int]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            stat = file.stat()
            yield str(file.relative_to(folder)), stat.st_size, stat.st_mtime_ns


def _code() -> str:
    """The checksum of Workup's code that trains and evaluates."""
    here = Path(__file__).parents[1]
    files = [file for name in _CODE for file in _sources(here / name)]
    return digest([(str(file.relative_to(here)), sha256(file)) for file in files])


def _sources(path: Path) -> list[Path]:
    return sorted(path.rglob("*.py")) if path.is_dir() else [path]

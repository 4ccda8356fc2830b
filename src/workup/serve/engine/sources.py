"""Where models come from: the versions that a registry lets serve, or one run."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from workup.clinic.assess import kept
from workup.errors import RunError
from workup.files import sha256
from workup.registry import Registry, Version
from workup.registry.golden import GoldenCase, golden_cases
from workup.registry.lines import GENERAL
from workup.registry.version import DIAGNOSER, MODEL
from workup.run import Run
from workup.serve.engine.precision import Engine, engaged
from workup.serve.errors import ServeError
from workup.serve.settings import BUILTIN

if TYPE_CHECKING:
    from workup.clinic.assess import Diagnoser
    from workup.serve.settings import Settings


@dataclass(frozen=True)
class Wanted:
    """A model that should serve.

    Attributes:
        name: of the version or the run.
        content: the same for versions that answer the same, whatever line they are of.
        checksum: of the version, or of the run's weights.
        cases: the golden cases that it may be asked.
        passed: the ids of those that it answered right when it was published.
    """

    name: str
    content: str
    checksum: str
    cases: Sequence[GoldenCase]
    passed: frozenset[str]
    load: Callable[[], Diagnoser]


class Source(Protocol):
    """What names the models that should serve, anew each time."""

    def require(self) -> None:
        """Refuse a place where there is nothing of the kind.

        Raises:
            WorkupError: there is no such folder, or it is something else.
        """

    def serving(self) -> dict[str, str]:
        """The name of the model that should serve each line.

        Raises:
            WorkupError, OSError: it cannot be told.
        """

    def wanted(self, line: str) -> Wanted:
        """More of the one that should serve a line.

        Raises:
            WorkupError, OSError: it cannot be told, or it is damaged.
        """

    def named(self, name: str) -> Wanted:
        """The same of the one with a name, whether it serves or not.

        Raises:
            WorkupError, OSError: there is none of that name, or it is damaged.
        """


def source_of(settings: Settings) -> Source:
    """The source that the settings name."""
    if settings.registry is not None:
        return OfRegistry(settings.registry, settings.engine)
    return OfRun(settings.run or BUILTIN, settings.engine)


class OfRegistry:
    """The versions that serve in the lines of a registry."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder, self.engine = folder, engine

    def require(self) -> None:
        """There is a registry."""
        Registry(self.folder)

    def serving(self) -> dict[str, str]:
        """As the decisions of each line have it."""
        registry = Registry(self.folder)
        found = {line: registry.decisions(line).serving for line in registry.lines()}
        return {line: f"{line}@{number}" for line, number in found.items() if number is not None}

    def wanted(self, line: str) -> Wanted:
        """The version that serves a line."""
        return self.named(line)

    def named(self, name: str) -> Wanted:
        """A version, by LINE@NUMBER."""
        registry = Registry(self.folder)
        version = registry.find(name)
        cases = golden_cases(version.line, registry.golden)
        return Wanted(
            name=version.name,
            content=_content(version),
            checksum=version.checksum,
            cases=cases,
            passed=frozenset(one.id for one in version.evidence.asked if one.right),
            load=lambda: engaged(version.load(), self.engine, cases),
        )


def _content(version: Version) -> str:
    """The checksums of what decides how a version answers: its model, and what the diagnoser learned."""
    parts = (f"{MODEL}/", f"{DIAGNOSER}/")
    files = version.manifest.files.items()
    return "\n".join(sorted(f"{name} {sum_}" for name, sum_ in files if name.startswith(parts)))


class OfRun:
    """One run, which serves as the general model."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder, self.engine = folder, engine

    def require(self) -> None:
        """There is a run."""
        Run.load(self.folder)

    def serving(self) -> dict[str, str]:
        """Always that run."""
        return {GENERAL: self.folder.resolve().name}

    def wanted(self, line: str) -> Wanted:
        """The run, with the weights that it was calibrated with."""
        return self.named(self.serving()[line])

    def named(self, name: str) -> Wanted:
        """The run, if that is its name."""
        from workup.clinic.assess import Diagnoser

        own = self.serving()[GENERAL]
        if name != own:
            raise ServeError(
                f"{self.folder} is the run {own}, and not {name}: name its folder or its registry"
            )
        weights = Run.load(self.folder).model_folder / "model.safetensors"
        checksum = sha256(weights)
        self._require_calibrated(weights, checksum)
        cases = golden_cases(GENERAL)
        return Wanted(
            name=own,
            content=checksum,
            checksum=checksum,
            cases=cases,
            passed=frozenset(),
            load=lambda: engaged(Diagnoser.load(self.folder), self.engine, cases),
        )

    def _require_calibrated(self, weights: Path, checksum: str) -> None:
        """Loaded with other weights, a diagnoser would calibrate again, and a damaged file would serve."""
        learned = self.folder / kept.FOLDER / kept.VALUES
        if not learned.is_file():
            return
        if not checksum.startswith(json.loads(learned.read_text(encoding="utf-8"))["checksum"]):
            raise RunError(
                f"{weights} does not hold the weights that the run was calibrated with: bring the file back "
                f"from a backup; where it was trained anew, remove {learned.parent}"
            )

"""What came of a retraining: how far it went, the numbers on the way, and what the gates say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from workup.compare import Sweep
from workup.compare.report import sweep_json
from workup.learning.retraining.forgetting import Forgetting
from workup.learning.retraining.material import Material
from workup.learning.retraining.ways import Way
from workup.registry.gates import Verdict

# Raised when a program that reads the report would have to be changed.
FORMAT = 1
State = Literal["waiting", "passed", "stopped at a gate"]


@dataclass(frozen=True)
class Trained:
    """The better half of an outcome: there was enough to learn, and it was.

    Attributes:
        choice: the ways compared, fresh first; `way`: the one that was taken.
        forgetting: on the validation cases, by way, all seeds; remembered: of the published run alone, on
            cases that the version before was trained on.
        version: what was published; gates: what each says of it.
    """

    choice: Sweep
    way: Way
    forgetting: Mapping[Way, Forgetting]
    remembered: Forgetting | None
    version: str
    gates: tuple[Verdict, ...]

    @property
    def passed(self) -> bool:
        """Whether every gate lets the version pass."""
        return all(gate.passed for gate in self.gates)


@dataclass(frozen=True)
class Outcome:
    """What came of one command.

    Attributes:
        when: ISO 8601, UTC.
        unseen: how many of the new cases no version has learned, a candidate neither; at_least: how many were
            asked for.
        drift: how incoming cases differ from those of training, a line each.
        folder: of the round; None: none was begun.
        trained: None where there was not enough to learn.
    """

    when: str
    unseen: int
    at_least: int
    material: Material
    drift: tuple[str, ...]
    folder: str | None = None
    trained: Trained | None = None

    @property
    def state(self) -> State:
        """How far it went."""
        if self.trained is None:
            return "waiting"
        return "passed" if self.trained.passed else "stopped at a gate"

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values; no text of a case."""
        material, trained = self.material, self.trained
        told: dict[str, Any] = {
            "format": FORMAT,
            "state": self.state,
            "when": self.when,
            "line": material.version.line,
            "after": material.version.name,
            "new": len(material.items),
            "unseen": self.unseen,
            "at_least": self.at_least,
            "unknown": dict(material.unknown),
            "withdrawn": list(material.withdrawn),
            "drift": list(self.drift),
            "folder": self.folder,
        }
        if trained is None:
            return told
        return {
            **told,
            "learned": material.learned(trained.way).to_json(),
            "choice": sweep_json(trained.choice),
            "way": trained.way,
            "forgetting": {way: one.to_json() for way, one in trained.forgetting.items()},
            "remembered": trained.remembered.to_json() if trained.remembered else None,
            "version": trained.version,
            "gates": [gate.to_json() for gate in trained.gates],
        }

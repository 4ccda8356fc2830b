"""An answer asked again from its record: by the same version, of the same words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workup.serve.audit.record import ASSESS, summary
from workup.serve.engine.probe import TOLERANCE
from workup.serve.engine.sources import Wanted, source_of
from workup.serve.errors import ServeError
from workup.serve.settings import Settings
from workup.serve.store.tables import Event


@dataclass(frozen=True)
class Replayed:
    """What a version said then, and what it says now.

    Attributes:
        recorded, now: the answers, as of `record.summary`.
        differences: what is not the same, a sentence each. Probabilities may differ by `TOLERANCE`: what is
            answered together changes the order of sums.
        moved: by how much the probability of a condition differs at most, 0 to 1.
    """

    event: int
    version: str
    recorded: dict[str, Any]
    now: dict[str, Any]
    differences: tuple[str, ...]
    moved: float

    @property
    def same(self) -> bool:
        """Whether diagnosis, differential, probabilities and red flags are as they were recorded."""
        return not self.differences


def replay(session: Session, settings: Settings, number: int) -> Replayed:
    """Ask the version that answered once more, which loads it.

    Raises:
        ServeError: there is no such event, it is no answer, or the version is not there as it was.
    """
    event = event_of(session, number)
    told = event.told
    if event.action != ASSESS:
        raise ServeError(f"event {number} is {event.action!r}: only answers can be asked again")
    if told.get("stopped"):
        raise ServeError(
            f"no model answered in event {number}, so none can be asked again: {told['stopped']}"
        )
    (answer,) = _asked(settings, event).load().assess_many([told["given"]], explain=False)
    recorded, now = told["answer"], summary(answer)
    moved = max((abs(then - later) for _, then, later in _probabilities(recorded, now)), default=0.0)
    return Replayed(number, event.version, recorded, now, tuple(_differences(recorded, now)), round(moved, 4))


def event_of(session: Session, number: int) -> Event:
    """An event by its number.

    Raises:
        ServeError: there is no such event.
    """
    event = session.get(Event, number)
    if event is None:
        last = session.scalar(select(func.max(Event.id)))
        known = f"they go from 1 to {last}" if last else "nothing was recorded yet"
        raise ServeError(f"there is no event {number}; {known}")
    return event


def _asked(settings: Settings, event: Event) -> Wanted:
    """The version that answered, which has to be what it was."""
    wanted = source_of(settings).named(event.version)
    if wanted.checksum != event.checksum:
        raise ServeError(
            f"{event.version} has the checksum {wanted.checksum} now, and {event.checksum} answered: it is "
            "another model, and says nothing about that answer"
        )
    return wanted


def _differences(recorded: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name in ("abstained", "diagnosis", "red_flags"):
        if recorded[name] != now[name]:
            yield f"{name.replace('_', ' ')}: {recorded[name]!r} then, {now[name]!r} now"
    for name, then, later in _probabilities(recorded, now):
        if abs(then - later) > TOLERANCE:
            yield f"{name}: {then:.4f} then, {later:.4f} now"
    sets = [{one["name"] for one in answer["differential"]} for answer in (recorded, now)]
    for name in sorted(sets[0] ^ sets[1]):
        yield f"{name}: in the differential {'then' if name in sets[0] else 'now'} alone"


def _probabilities(recorded: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, float, float]]:
    """Of each condition that is in both differentials: its name, its probability then, and now."""
    later = {one["name"]: one["probability"] for one in now["differential"]}
    for one in recorded["differential"]:
        if one["name"] in later:
            yield one["name"], one["probability"], later[one["name"]]

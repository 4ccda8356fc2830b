"""The gate between what a version has learned and what is kept back, now, for tests.

A case can become part of a test after a version was trained on it; that version would be asked what it has
learned. The registry knows no such sets: whoever lets a version serve looks them up and hands them down.
"""

from __future__ import annotations

from collections.abc import Collection

from workup.registry.gates import Verdict, some
from workup.registry.version import Version

GATE = "reserved cases"


def unreserved(version: Version, reserved: Collection[str] | None) -> Verdict:
    """Nothing that the version has learned is reserved now.

    Args:
        reserved: fingerprints of texts that must not be learned from; None: there is no store of them.
    """
    learned = version.learned.items if version.learned else ()
    if reserved is None and learned:
        told = (
            f"it has learned {len(learned)} released cases, and there is no learning store to tell which of "
            "them are reserved now: name it by --database"
        )
        return Verdict(GATE, False, told)
    if reserved is None:
        return Verdict(GATE, True, "there is no learning store, so no case is reserved")
    rows = version.trained
    names = {**(rows or {}), **{item.fingerprint: f"item {item.item}" for item in learned}}
    cases = list(dict.fromkeys(names.values()))
    found = list(dict.fromkeys(name for text, name in names.items() if text in reserved))
    numbers = {"learned": len(cases), "reserved": found}
    if found:
        told = (
            f"reserved for tests now: {len(found)} of the {len(cases)} cases that it has learned "
            f"({some(found)}). {_remedy(version)}"
        )
        return Verdict(GATE, False, told, numbers)
    if rows is None:
        told = "nothing says which rows it was trained on: publish the run again"
        return Verdict(GATE, False, told, numbers)
    return Verdict(GATE, True, f"none of the {len(cases)} cases that it has learned is reserved now", numbers)


def _remedy(version: Version) -> str:
    if version.learned:
        return f"Train without them: workup learn train {version.line} --at-least 0"
    return "Take them out of its data, train it again, and publish that"

"""Explains crashes: what a misleading error of the libraries means, and the line that mends it.

`explain` is given an error that was raised and whatever of the fine-tune is at hand. Each explanation is a
`Crash` in one of the modules, which are grouped by theme; `CRASHES` is the table of them all. Of several that
share a message the first that recognises its own case speaks.
"""

from __future__ import annotations

from collections.abc import Mapping

from workup.examine.crashes import (
    batches,
    damage,
    decoding,
    folders,
    generation,
    machine,
    names,
    numerics,
    rows,
    settings,
    weights,
)
from workup.examine.crashes.crash import Crash
from workup.examine.crashes.scene import Scene
from workup.examine.finding import Finding
from workup.examine.subject import Subject

CRASHES: tuple[Crash, ...] = (
    *names.CRASHES,
    *settings.CRASHES,
    *machine.CRASHES,
    *folders.CRASHES,
    *weights.CRASHES,
    *rows.CRASHES,
    *batches.CRASHES,
    *numerics.CRASHES,
    *generation.CRASHES,
    *decoding.CRASHES,
    *damage.CRASHES,
)


def explain(
    error: BaseException, subject: Subject | None = None, versions: Mapping[str, str] | None = None
) -> Finding | None:
    """The cause of a crash and its remedy; None where it is not known, or is an error of the user's own code.

    Nothing is raised, and nothing of the subject is changed.

    Args:
        error: as it was caught, with its traceback.
        subject: what is at hand of the fine-tune; the traceback is looked at in any case.
        versions: those installed, by package; by default the subject's.
    """
    subject = subject or Subject()
    while True:
        scene = Scene(error, subject, versions or subject.versions)
        for crash in CRASHES:
            finding = _asked(crash, scene)
            if finding is not None:
                return finding
        if error.__cause__ is None:
            return None
        error = error.__cause__


def _asked(crash: Crash, scene: Scene) -> Finding | None:
    try:
        return crash.explain(scene)
    except Exception:
        # The user's own error is about to be shown; one of ours must not take its place. The tests call the
        # explanations themselves.
        return None

"""Makes one check on given parts, as the runner does."""

from __future__ import annotations

import pytest

from workup.examine.measurements import MEASUREMENTS
from workup.examine.runner import run
from workup.examine.subject import Pair, Subject


@pytest.fixture
def examine():
    """`examine(check, train_pairs=...)`: its findings; a check that fails is a failure of the test."""

    def made(check, **parts):
        report = run(Subject(**parts), [check], MEASUREMENTS)
        assert not report.broken
        return report.findings

    return made


@pytest.fixture
def pairs():
    """`pairs(sources, targets)`: rows as text."""

    def made(sources, targets):
        return [Pair(source, target) for source, target in zip(sources, targets, strict=True)]

    return made

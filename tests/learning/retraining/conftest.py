"""A store with released cases, beside a registry in which something serves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from learning_served import release as released


@pytest.fixture
def release(tmp_path: Path) -> Callable[[str, Sequence[str]], None]:
    """Has texts of a diagnosis taken into learning.db, and agreed on."""
    return lambda diagnosis, texts: released(tmp_path / "learning.db", diagnosis, texts)

"""An empty store, and cases to put into it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from workup.learning.store import opened

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    """A session on a new store."""
    with opened(database, create=True) as session:
        yield session


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Session]:
    """A session on a new SQLite store, where the kind of database does not matter."""
    with opened(str(tmp_path / "quick.db"), create=True) as session:
        yield session


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Writes rows, or lines as they are, to a jsonl file and gives its path."""

    def written(*rows: dict[str, Any] | str, name: str = "cases.jsonl") -> str:
        lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
        path = tmp_path / name
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return str(path)

    return written

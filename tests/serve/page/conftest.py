"""The page of a service on a small diagnoser, once for each module of tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from served_app import serving
from workup.run import Run

if TYPE_CHECKING:
    from workup.clinic.assess import Diagnoser


@pytest.fixture(scope="module")
def served(
    clinic_run: Run, diagnoser: Diagnoser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """A service that answers."""
    with serving(clinic_run, tmp_path_factory.mktemp("served"), rate="100000/minute") as client:
        yield client

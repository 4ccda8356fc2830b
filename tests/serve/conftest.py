"""The service's database, new and empty; and a whole service, as programs call it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from served_app import key, serving
from workup.registry import tracking
from workup.run import Run
from workup.serve.security.roles import Role
from workup.serve.store import Database

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from workup.clinic.assess import Diagnoser


@pytest.fixture(scope="module", autouse=True)
def no_mlflow() -> Iterator[None]:
    """MLflow takes seconds at each promotion, so it is there for the tests of the mirror alone."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tracking, "is_wanted", lambda registry: False)
        yield


@pytest.fixture
def opened(database: str) -> Iterator[Database]:
    """A new database of the service: a test with it runs on SQLite and on PostgreSQL."""
    found = Database.open(database)
    yield found
    found.close()


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Database]:
    """A new database of the service on SQLite, where the kind does not matter."""
    found = Database.open(str(tmp_path / "quick.db"))
    yield found
    found.close()


@pytest.fixture(scope="session")
def api(
    clinic_run: Run, diagnoser: Diagnoser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """A service that answers, one for all tests that leave it as it is but for what is added."""
    with serving(clinic_run, tmp_path_factory.mktemp("api"), rate="1000000/minute") as client:
        yield client


@pytest.fixture(scope="session")
def clinician(api: TestClient) -> dict[str, str]:
    """The headers of a caller who may ask, and nothing else."""
    return key(api, Role.CLINICIAN)


@pytest.fixture(scope="session")
def reviewer(api: TestClient) -> dict[str, str]:
    """The headers of a caller who may decide on items."""
    return key(api, Role.REVIEWER)


@pytest.fixture(scope="session")
def operator(api: TestClient) -> dict[str, str]:
    """The headers of a caller who runs the service."""
    return key(api, Role.OPERATOR)

"""MLflow, opened: where its store is, and what it may not do by itself.

MLFLOW_TRACKING_URI   a server or a database of its own; without it
registry/mlflow/      mlflow.db (SQLite) and artifacts/, which need no server
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from warnings import catch_warnings

from workup.errors import RegistryError

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from workup.registry.registry import Registry

URI = "MLFLOW_TRACKING_URI"
EXPERIMENT = "workup"
_FOLDER = "mlflow"
# Nothing is reported to MLflow's makers, a server that is away is given up within seconds, not minutes, and
# nothing is printed among our own output.
_SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}


@dataclass(frozen=True)
class Store:
    """An MLflow store; `artifacts`: the folder of its files, where that is the registry's own."""

    client: MlflowClient
    experiment: str
    artifacts: Path | None


def installed() -> bool:
    """Whether MLflow is; nothing is imported for that."""
    return find_spec("mlflow") is not None


def is_wanted(registry: Registry) -> bool:
    """Whether a registry is mirrored: MLflow is installed, or a store of it is named or there already."""
    return installed() or URI in os.environ or (registry.folder / _FOLDER).exists()


def missed(line: str, why: str) -> str:
    """What is told where MLflow could not be made to show a line, in two sentences without the last stop."""
    return (
        f"{line} was not mirrored in MLflow, the registry itself is complete ({why}). "
        "`workup models sync` catches up"
    )


def place(registry: Registry) -> str:
    """The address of the store that a registry is mirrored in."""
    return os.environ.get(URI) or f"sqlite:///{_folder(registry) / 'mlflow.db'}"


@contextmanager
def quiet(what: str) -> Iterator[None]:
    """MLflow, imported for `what` and silent while the block runs.

    Raises:
        RegistryError: it is not installed, or lacks something.
    """
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    with catch_warnings(action="ignore"):  # of MLflow, on its own use of other libraries
        try:
            import alembic
            import mlflow
            import sqlalchemy
        except ImportError as error:
            raise RegistryError(f"{what} needs {error.name}: pip install 'workup[mlflow]'") from None
        for module in (mlflow, alembic, sqlalchemy):
            logging.getLogger(module.__name__).setLevel(logging.ERROR)
        yield


def opened(registry: Registry) -> Store:
    """The store of a registry, made where there is none. To be called within `quiet`.

    Raises:
        Exception: of MLflow's own kinds; the store cannot be reached or used.
    """
    from mlflow import MlflowClient

    own = None if os.environ.get(URI) else _folder(registry) / "artifacts"
    if own is not None:
        own.mkdir(parents=True, exist_ok=True)
    client = MlflowClient(place(registry))
    known = client.get_experiment_by_name(EXPERIMENT)
    if known is not None:
        return Store(client, known.experiment_id, own)
    made: str = client.create_experiment(EXPERIMENT, None if own is None else own.as_uri())
    return Store(client, made, own)


def _folder(registry: Registry) -> Path:
    return registry.folder.absolute() / _FOLDER

"""The whole service in this process, on a run, with the trusted client of `cds_client`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi.testclient import TestClient

from cds_client import trusted
from workup.run import Run
from workup.serve.app import create_app
from workup.serve.security.keys import Keys
from workup.serve.security.roles import Role
from workup.serve.service import Service
from workup.serve.settings import Settings


@contextmanager
def serving(run: Run, folder: Path, **settings: object) -> Iterator[TestClient]:
    """A client of a service with a database of its own; its models are loaded."""
    told = Settings(
        run=run.folder, database=str(folder / "workup.db"), cds_clients=trusted(folder), **settings
    )
    with TestClient(create_app(told)) as client:
        service(client).models.load()
        yield client


def service(client: TestClient) -> Service:
    """What is behind a client."""
    return client.app.state.service


def key(client: TestClient, *roles: Role) -> dict[str, str]:
    """The header of a new API key with these roles."""
    with service(client).database.session() as session:
        made = Keys().create(session, f"a program that is {' and '.join(roles)}", roles, by="a test")
    return {"X-API-Key": made}

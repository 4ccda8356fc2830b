"""The whole description, asked with what fits it and what does not. The long run: `python -m bench.fuzz`."""

import sys
from pathlib import Path

import pytest
from schemathesis.python import asgi
from sqlalchemy import select

# The benchmark is no part of the package: it is run from the folder of the repository.
sys.path.append(str(Path(__file__).parents[2]))

from bench.fuzz import Fuzzer

from served_versions import changed, serve
from workup.registry import Registry
from workup.serve.store.tables import Event


@pytest.fixture(scope="module")
def fuzzer(clinic_run, diagnoser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    registry = Registry.at(folder / "registry")
    serve(registry, clinic_run)
    serve(registry, changed(clinic_run, folder / "other"))
    yield Fuzzer.of_registry(registry, folder)
    asgi.shutdown_lifespans()


def test_no_request_breaks_the_contract_and_every_operation_is_also_asked_what_succeeds(fuzzer):
    found = fuzzer.fuzz(3, fuzzer.prepare())
    assert found.faults == []
    assert found.only_refused == []
    assert found.requests > 100
    assert {status for _, status in found.statuses} >= {200, 201, 404, 409, 422}
    with fuzzer.app.state.service.database.reading() as session:
        done = {*session.scalars(select(Event.action))}
    assert {"assess", "feedback", "review", "promote", "rollback", "card feedback", "key revoked"} <= done

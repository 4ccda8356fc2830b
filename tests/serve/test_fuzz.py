"""The whole description, asked with what fits it and what does not. The long run: `python -m bench.fuzz`."""

import shutil
import sys
from pathlib import Path

import pytest
from schemathesis.python import asgi

# The benchmark is no part of the package: it is run from the folder of the repository.
sys.path.append(str(Path(__file__).parents[2]))

from bench.fuzz import Fuzzer

from workup.serve.store.tables import Event


@pytest.fixture(scope="module")
def fuzzer(clinic_run, diagnoser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    run = shutil.copytree(clinic_run.folder, folder / "run")
    made = Fuzzer.of_run(run, folder)
    made.prepare()
    yield made
    asgi.shutdown_lifespans()


def test_no_request_breaks_the_contract(fuzzer):
    found = fuzzer.fuzz(examples=2)
    assert found.faults == []
    assert found.requests > 80
    assert {status for _, status in found.statuses} >= {200, 201, 404, 409, 422}
    with fuzzer.app.state.service.database.reading() as session:
        assert session.query(Event).count() > 10

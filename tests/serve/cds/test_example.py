"""The sample client, run against the service as its README has it."""

import importlib.util
import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from served_app import service
from workup.learning.tables import Item
from workup.serve.app import create_app
from workup.serve.settings import Settings

FOLDER = Path("examples/cds-hooks")


@pytest.fixture(scope="module")
def example():
    spec = importlib.util.spec_from_file_location("cds_hooks_client", FOLDER / "client.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_sample_client_is_trusted_is_answered_and_is_heard(example, clinic_run, tmp_path):
    clients = example.prepare(tmp_path)
    private = tmp_path / "key.pem"
    assert private.stat().st_mode & 0o077 == 0
    settings = Settings(run=clinic_run.folder, database=str(tmp_path / "workup.db"), cds_clients=clients)
    with TestClient(create_app(settings)) as http:
        service(http).models.load()
        client = example.Client(http, settings.public_url, private.read_bytes())
        assert [one["hook"] for one in client.services()] == ["patient-view", "order-select"]
        cards = client.view(json.loads((FOLDER / "patient.json").read_text()))
        offering = next(card for card in cards if "suggestions" in card)
        assert "Gout" in offering["summary"]
        assert client.override(offering, "known")["quarantined"] == 0
        assert client.accept(offering)["quarantined"] == 1
        with service(http).database.reading() as session:
            assert session.get_one(Item, 1).diagnosis == "Gout"

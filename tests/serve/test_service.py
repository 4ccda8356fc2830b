from contextlib import ExitStack
from datetime import UTC, datetime

import anyio
import pytest
from fastapi.testclient import TestClient

from served_app import service, serving
from workup.errors import RunError
from workup.serve.app import create_app
from workup.serve.metrics import Metrics
from workup.serve.service import Service
from workup.serve.settings import Settings


def test_without_a_model_it_says_so_and_still_states_its_intended_use(tmp_path, caplog):
    told = Settings(run=tmp_path / "none", database=str(tmp_path / "workup.db"))
    with TestClient(create_app(told)) as client:
        ready = client.get("/v2/health/ready")
        assert (ready.status_code, ready.json()["ready"]) == (503, False)
        assert client.get("/v2/health/live").status_code == 200
        signed = service(client).signature()
        assert (signed["version"], "not a medical device" in signed["notice"]) == (None, True)
        with pytest.raises(RunError):
            service(client).models.load()


def test_a_database_that_goes_away_and_comes_back_needs_no_hands(clinic_run, diagnoser, tmp_path):
    with serving(clinic_run, tmp_path) as client:
        path = tmp_path / "workup.db"
        away = path.rename(tmp_path / "elsewhere.db")
        found = client.get("/v2/health/ready")
        assert (found.status_code, found.json()["why"][0]) == (503, "the database does not answer")
        assert client.get("/v1/models", headers={"X-API-Key": f"wk_{'0' * 8}_{'x' * 43}"}).status_code == 503
        away.rename(path)
        assert client.get("/v2/health/ready").status_code == 200


def test_a_process_that_is_started_while_the_database_is_away_finds_it_without_hands(postgresql, tmp_path):
    told = Settings(run=tmp_path / "none", database=postgresql.new_database())
    with ExitStack() as running:
        postgresql.stop()
        try:
            client = running.enter_context(TestClient(create_app(told)))
            assert client.get("/v2/health/live").status_code == 200
            assert client.get("/v2/health/ready").json()["why"][0] == "the database does not answer"
            assert not service(client)._prepared()
        finally:
            postgresql.start()
        assert service(client)._prepared(), "its tables are made now"
        assert service(client).database.alive()


def test_a_database_that_refuses_to_be_written_is_not_ready(clinic_run, diagnoser, tmp_path):
    with serving(clinic_run, tmp_path) as client:
        service(client).database.refused = datetime.now(UTC)
        found = client.get("/v2/health/ready")
        assert (found.status_code, "refuses to be written" in found.json()["why"][0]) == (503, True)


def test_it_is_closed_whatever_happened_to_it(tmp_path):
    async def run() -> Service:
        told = Settings(run=tmp_path / "none", database=str(tmp_path / "workup.db"))
        with pytest.raises(ExceptionGroup):
            async with Service.running(told, Metrics()) as opened:
                kept.append(opened)
                raise ValueError
        return kept[0]

    kept: list[Service] = []
    closed = anyio.run(run)
    assert closed.batcher._threads._shutdown

import sys

import pytest

from workup.registry import RegistryError, tracking


@pytest.fixture
def without_mlflow(monkeypatch):
    """As where it is not installed."""
    monkeypatch.setitem(sys.modules, "mlflow", None)
    monkeypatch.setattr(tracking, "find_spec", lambda name: None)
    monkeypatch.delenv(tracking.URI, raising=False)


def test_what_is_missing_is_named_with_the_line_that_installs_it(without_mlflow):
    missing = pytest.raises(RegistryError, match=r"a mirror needs mlflow: pip install 'workup\[mlflow\]'")
    with missing, tracking.quiet("a mirror"):
        pytest.fail("it went on without MLflow")


def test_a_registry_is_mirrored_where_mlflow_is_installed_or_a_store_is_known(
    registry, without_mlflow, monkeypatch
):
    assert not tracking.is_wanted(registry)
    (registry.folder / "mlflow").mkdir()
    assert tracking.is_wanted(registry), "it was mirrored before"
    (registry.folder / "mlflow").rmdir()
    monkeypatch.setenv(tracking.URI, "http://localhost:1")
    assert tracking.is_wanted(registry)
    monkeypatch.delenv(tracking.URI)
    monkeypatch.setattr(tracking, "find_spec", lambda name: object())
    assert tracking.is_wanted(registry)


def test_the_store_is_the_registrys_own_unless_another_is_named(registry, monkeypatch):
    monkeypatch.delenv(tracking.URI, raising=False)
    assert tracking.place(registry) == f"sqlite:///{registry.folder.absolute()}/mlflow/mlflow.db"
    monkeypatch.setenv(tracking.URI, "http://mlflow.example:5000")
    assert tracking.place(registry) == "http://mlflow.example:5000"

"""Registries with small versions, and one with a real, trained one."""

import os
import shutil

import pytest

from registry_versions import GOLDEN, evidence, put
from workup.registry import Registry, publish


@pytest.fixture
def registry(tmp_path):
    """An empty registry."""
    made = Registry.at(tmp_path / "registry")
    made.prepare()
    return made


@pytest.fixture
def passing(registry):
    """A version that every gate lets pass."""
    return put(registry, evidence())


@pytest.fixture(scope="session")
def real(diagnoser, tmp_path_factory):
    """A registry with the published version of a trained run."""
    folder = tmp_path_factory.mktemp("real")
    shutil.copytree(diagnoser.run.folder, folder / "run", copy_function=os.link)
    made = Registry.at(folder / "registry")
    made.prepare()
    (made.folder / "golden.yaml").write_text(GOLDEN)
    publish(made, folder / "run", by="ada", note="The first.")
    return made

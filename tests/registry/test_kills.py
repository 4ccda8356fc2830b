"""A process that publishes, promotes and rolls back is killed at random moments; see bench/registry.py."""

import importlib.util
import sys
from pathlib import Path

import pytest

from registry_versions import evidence, material
from workup.registry import Registry, promote
from workup.registry.storing import store

PATH = Path(__file__).parent.parent.parent / "bench" / "registry.py"


@pytest.fixture(scope="module")
def bench():
    specification = importlib.util.spec_from_file_location("registry_bench", PATH)
    loaded = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = loaded  # where dataclasses look their types up
    specification.loader.exec_module(loaded)
    return loaded


def test_no_kill_leaves_anything_but_one_whole_serving_version(bench, registry):
    found = bench.kill(registry, material(registry, evidence(), "general", b"weights"), times=12)
    assert found.broken == []
    assert found.kills == 12
    assert found.asked > 0
    assert found.decisions >= 4


def test_the_benchmark_sees_a_broken_state(bench, registry):
    made = material(registry, evidence(), "general", b"weights")
    version = store(registry, made)
    promote(registry, version)
    (version.folder / "model" / "model.safetensors").unlink()
    (told,) = bench._one_serves(registry)
    assert "model.safetensors is missing" in told


def test_the_times_are_of_everything_that_is_done(bench, real, tmp_path):
    made = bench.of_version(real.version("general", 1).folder)
    found = bench.times(Registry.at(tmp_path / "registry"), made, 1, tmp_path)
    assert all(len(seconds) == 1 for seconds in found.values())

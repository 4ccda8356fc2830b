"""Models in memory: which one answers, and how another takes its place."""

from __future__ import annotations

import gc
import json
import shutil
import weakref
from pathlib import Path

import pytest

from served_versions import changed, copied, serve
from workup.errors import RegistryError, RunError
from workup.registry import Registry, rollback
from workup.registry.evidence import Asked
from workup.run import Run
from workup.serve.engine.models import AGAIN, Models
from workup.serve.engine.probe import Probe
from workup.serve.engine.sources import source_of
from workup.serve.errors import ServeError, Unavailable
from workup.serve.settings import Settings


class Clock:
    """Seconds that pass only when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def run(diagnoser, clinic_run: Run) -> Run:
    """A run that is calibrated."""
    return clinic_run


@pytest.fixture
def registry(tmp_path: Path, run: Run) -> Registry:
    """A registry where general@1 serves."""
    registry = Registry.at(tmp_path / "registry")
    serve(registry, run)
    return registry


def loaded(registry: Registry, clock: Clock) -> Models:
    models = Models(Settings(registry=registry.folder), clock)
    models.load()
    return models


def damage(path: Path) -> bytes:
    """Change one byte of a file, and give back what it held."""
    whole = path.read_bytes()
    path.unlink()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    return whole


def weights(registry: Registry, version: str) -> Path:
    return registry.folder / "versions" / version / "model" / "model.safetensors"


def test_a_run_serves_every_specialty(run: Run):
    models = Models(Settings(run=run.folder))
    models.load()
    held, why = models.of(None)
    assert (held.name, why) == ("run", "run: no specialty is named")
    assert models.of("Cardiology") == (held, "run: cardiology serves no version of its own")
    assert held.diagnoser.known.checksum == held.checksum[:12]
    assert models.all() == [held]
    assert models.problems == []


def test_where_no_run_is_the_start_says_so(tmp_path: Path):
    with pytest.raises(RunError, match="not a run"):
        Models(Settings(run=tmp_path)).load()
    with pytest.raises(RegistryError, match="no registry"):
        Models(Settings(registry=tmp_path)).load()


def test_an_unknown_specialty_is_refused_with_the_nearest(registry: Registry, clock: Clock):
    with pytest.raises(RegistryError, match="did you mean 'cardiology'"):
        loaded(registry, clock).of("Cardiologie")


def test_a_version_that_newly_serves_takes_the_place_and_the_old_one_is_gone(
    registry: Registry, run: Run, clock: Clock, tmp_path: Path
):
    models = loaded(registry, clock)
    old = models.of(None)[0]
    gone, answer = weakref.ref(old.diagnoser), old.diagnoser.assess_many(["Itchy plaques."], False)
    assert models.refresh() == []
    serve(registry, changed(run, tmp_path / "other"))
    assert models.refresh() == ["general@2 serves general in place of general@1"]
    new = models.of(None)[0]
    assert (new.name, [held.name for held in models.all()]) == ("general@2", ["general@2"])
    assert new.checksum != old.checksum
    assert old.diagnoser.assess_many(["Itchy plaques."], False) == answer  # for those who still hold it
    del old
    gc.collect()
    assert gone() is None


def test_a_rollback_brings_the_version_before_back(
    registry: Registry, run: Run, clock: Clock, tmp_path: Path
):
    serve(registry, changed(run, tmp_path / "other"))
    models = loaded(registry, clock)
    rollback(registry, "general", by="ada", why="a test")
    assert models.refresh() == ["general@1 serves general in place of general@2"]


def test_what_changed_since_is_told_whoever_exchanged_it(
    registry: Registry, run: Run, clock: Clock, tmp_path: Path
):
    models = loaded(registry, clock)
    names = models.names
    assert names == {"general": "general@1"}
    serve(registry, changed(run, tmp_path / "other"))
    now = models.refresh()
    assert now == ["general@2 serves general in place of general@1"]
    assert models.refresh(since=names) == now
    assert models.refresh() == models.refresh(since=models.names) == []


def test_lines_that_serve_the_same_content_share_one_model(registry: Registry, run: Run, clock: Clock):
    models = loaded(registry, clock)
    serve(registry, run, "dermatology")
    assert models.refresh() == ["dermatology@1 serves dermatology"]
    general, skin = models.of(None)[0], models.of("Dermatology")[0]
    assert (general.name, skin.name) == ("general@1", "dermatology@1")
    assert general.diagnoser is skin.diagnoser
    assert general.checksum != skin.checksum


def test_while_a_new_version_is_damaged_the_old_one_goes_on_until_the_file_is_whole_again(
    registry: Registry, run: Run, clock: Clock, tmp_path: Path
):
    models = loaded(registry, clock)
    serve(registry, changed(run, tmp_path / "other"))
    path = weights(registry, "general@2")
    whole = damage(path)
    assert models.refresh() == []
    (problem,) = models.problems
    assert "general@2 cannot be loaded, general@1 goes on" in problem
    assert "model.safetensors is damaged" in problem
    assert models.of(None)[0].name == "general@1"
    path.write_bytes(whole)
    assert models.refresh() == []  # not tried again so soon
    assert models.problems == [problem]
    clock.now += AGAIN
    assert models.refresh() == ["general@2 serves general in place of general@1"]
    assert models.problems == []


def test_a_start_with_a_damaged_model_waits_for_it(registry: Registry, clock: Clock):
    path = weights(registry, "general@1")
    whole = damage(path)
    models = loaded(registry, clock)
    assert models.all() == []
    with pytest.raises(Unavailable, match="no model can answer now: general@1 cannot be loaded, nothing"):
        models.of(None)
    path.write_bytes(whole)
    clock.now += AGAIN
    assert models.refresh() == ["general@1 serves general"]


def test_a_run_with_other_weights_than_it_was_calibrated_with_is_not_served(
    run: Run, clock: Clock, tmp_path: Path
):
    copy = copied(run, tmp_path / "copy")
    path = copy.folder / "model" / "model.safetensors"
    whole = damage(path)
    models = Models(Settings(run=copy.folder), clock)
    models.load()
    assert "does not hold the weights that the run was calibrated with" in models.problems[0]
    path.write_bytes(whole)
    clock.now += AGAIN
    assert models.refresh() == ["copy serves general"]


def test_while_the_registry_cannot_be_read_what_served_goes_on(registry: Registry, clock: Clock):
    models = loaded(registry, clock)
    format_file = registry.folder / "registry.json"
    format_file.rename(registry.folder / "away")
    assert models.refresh() == []
    assert models.problems[0].startswith("what serves cannot be read: there is no registry")
    assert models.of(None)[0].name == "general@1"
    (registry.folder / "away").rename(format_file)
    assert models.refresh() == []
    assert models.problems == []


def test_a_version_that_lost_its_golden_case_since_it_was_published_is_not_served(
    registry: Registry, run: Run, clock: Clock, tmp_path: Path
):
    models = loaded(registry, clock)
    probe = models.of(None)[0].probe
    assert probe.case.id == "skin"
    wrong = [{**case, "diagnosis": "Gout"} for case in [{"id": "skin", "specialty": "Dermatology"}]]
    asked = (Asked("skin", "golden", "Gout", "it says Gout (93%)", True),)
    serve(registry, changed(run, tmp_path / "other"), asked=asked)
    text = probe.case.text
    (registry.folder / "golden.yaml").write_text(json.dumps({"cases": [{**wrong[0], "text": text}]}))
    assert models.refresh() == []
    assert "was right on the golden case skin when it was published" in models.problems[0]
    assert models.of(None)[0].name == "general@1"


def test_a_version_is_found_by_its_name_whether_it_serves_or_not(
    registry: Registry, run: Run, clock: Clock, tmp_path: Path
):
    serve(registry, changed(run, tmp_path / "other"))
    source = source_of(Settings(registry=registry.folder))
    assert source.wanted("general").name == "general@2"
    assert source.named("general@1").checksum == registry.find("general@1").checksum
    with pytest.raises(RegistryError, match="there is no general@7"):
        source.named("general@7")


def test_a_run_has_one_name(run: Run):
    source = source_of(Settings(run=run.folder))
    assert source.named("run").checksum == source.wanted("general").checksum
    with pytest.raises(ServeError, match="is the run run, and not general@1"):
        source.named("general@1")


def test_a_running_model_does_not_depend_on_its_file(tmp_path: Path, run: Run):
    shutil.copytree(run.folder, tmp_path / "run")
    models = Models(Settings(run=tmp_path / "run"))
    models.load()
    held, _ = models.of(None)
    with (tmp_path / "run" / "model" / "model.safetensors").open("r+b") as file:
        file.truncate(1000)  # a model that was mapped from it would end the process
    assert Probe.ask(held.diagnoser, [held.probe.case]).said == held.probe.said

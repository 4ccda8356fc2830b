"""Real pairs of trainings: one that agrees, and one whose data changed under the recipe."""

import json
import os
import shutil
from pathlib import Path

import pytest

from clinic_task import make_clinic_recipe
from registry_versions import GOLDEN
from workup.errors import RunError
from workup.registry import Registry, RegistryError, promote, publish
from workup.registry.second import second_run, train_again
from workup.run import Run, train


def copied(run, folder):
    """The run in a place of its own, its files links."""
    shutil.copytree(run.folder, folder, copy_function=os.link)
    return folder


def linked_registry(folder):
    made = Registry.at(folder)
    made.prepare()
    (made.folder / "golden.yaml").write_text(GOLDEN)
    return made


def verdict(registry, run, second):
    """What the gate says of a run that is published with this witness, when it is promoted."""
    decision = promote(registry, publish(registry, run, second=second))
    (found,) = [gate for gate in decision.gates if gate["gate"] == "reproducible"]
    return found


@pytest.fixture(scope="module")
def first(diagnoser, tmp_path_factory):
    """A trained and calibrated run, in a folder that others may be put beside."""
    return copied(diagnoser.run, tmp_path_factory.mktemp("pair") / "run")


@pytest.fixture(scope="module")
def again(first):
    """A second training of its recipe."""
    return train_again(first)


def test_the_second_training_lies_beside_the_first_and_differs_in_the_seed_alone(first, again):
    assert again == first.with_name("run-again")
    differing = [d.path for d in Run.load(first).recipe.diff(Run.load(again).recipe)]
    assert differing == ["seed"]


def test_a_finished_second_training_is_not_made_again(first, again):
    before = (again / "model" / "model.safetensors").stat().st_mtime_ns
    assert train_again(first) == again
    assert (again / "model" / "model.safetensors").stat().st_mtime_ns == before


def test_a_second_training_that_is_right_as_often_passes(first, again, tmp_path):
    found = verdict(linked_registry(tmp_path / "registry"), first, again)
    assert found["passed"], found["told"]
    assert "run-again (seed 1)" in found["told"]


def test_a_second_training_on_data_that_changed_unseen_does_not_pass(first, tmp_path):
    """Same recipe, same path; but while it was trained, every label in the file was another one's."""
    recipe = Run.load(first).recipe
    source = Path(recipe.data.source)
    kept = source.read_text(encoding="utf-8")
    rows = [json.loads(line) for line in kept.splitlines()]
    other = dict(zip(names := sorted({row["diagnosis"] for row in rows}), names[1:] + names[:1], strict=True))
    shifted = [{**row, "diagnosis": other[row["diagnosis"]], "aliases": []} for row in rows]
    try:
        source.write_text("\n".join(map(json.dumps, shifted)), encoding="utf-8")
        second = train(recipe.change("seed", 1), tmp_path / "changed")
    finally:
        source.write_text(kept, encoding="utf-8")
    found = verdict(linked_registry(tmp_path / "registry"), first, second.folder)
    assert not found["passed"], found["told"]
    assert found["numbers"]["second"]["value"] < found["numbers"]["first"]["low"]


def test_the_run_itself_or_a_copy_of_it_is_no_second_training(first, tmp_path):
    run = Run.load(first)
    for same in (first, copied(run, tmp_path / "copy")):
        with pytest.raises(RegistryError, match="has the very weights of"):
            second_run(run, same)


def test_a_run_of_another_recipe_is_no_second_training(first, learned_run):
    with pytest.raises(RegistryError, match="no second training of the recipe"):
        second_run(Run.load(first), learned_run.folder)


def test_something_else_in_the_place_of_the_second_training_is_left_alone(first, tmp_path):
    run = copied(Run.load(first), tmp_path / "run")
    (tmp_path / "run-again").mkdir()
    make_clinic_recipe(Path("other.jsonl")).save(tmp_path / "run-again" / "recipe.yaml")
    with pytest.raises(RunError, match="started with another recipe"):
        train_again(run)
    assert [path.name for path in (tmp_path / "run-again").iterdir()] == ["recipe.yaml"]

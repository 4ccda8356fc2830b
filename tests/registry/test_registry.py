import json

import pytest

from registry_versions import evidence, put
from workup.registry import Registry, RegistryError, promote


def test_a_folder_without_a_registry_is_refused_and_left_alone(tmp_path):
    with pytest.raises(RegistryError, match="there is no registry in"):
        Registry(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_a_place_for_a_registry_is_only_looked_at(tmp_path):
    Registry.at(tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_else_never_becomes_a_registry(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RegistryError, match="not empty"):
        Registry.at(tmp_path)


def test_a_place_below_a_file_is_refused_before_any_work(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RegistryError, match=r"notes\.txt cannot be written to"):
        Registry.at(tmp_path / "notes.txt" / "registry")


@pytest.mark.parametrize(("text", "said"), [("{}", "damaged"), ('{"format": 9}', "format 9")])
def test_another_format_is_refused(registry, text, said):
    (registry.folder / "registry.json").write_text(text)
    with pytest.raises(RegistryError, match=said):
        Registry(registry.folder)


def test_versions_are_numbered_by_line(registry):
    names = [put(registry, evidence(), line).name for line in ("general", "general", "dermatology")]
    assert names == ["general@1", "general@2", "dermatology@1"]
    assert registry.lines() == ["dermatology", "general"]
    assert [version.number for version in registry.versions("general")] == [1, 2]


def test_ten_versions_stand_in_the_order_of_their_numbers(registry):
    for _ in range(10):
        put(registry, evidence())
    assert [version.number for version in registry.versions("general")] == list(range(1, 11))
    assert put(registry, evidence()).number == 11


def test_the_newest_version_is_the_candidate_until_it_is_promoted(registry, passing):
    assert registry.candidate("general") == passing
    promote(registry, passing)
    assert registry.candidate("general") is None
    assert registry.serving("general") == passing
    second = put(registry, evidence())
    assert registry.candidate("general") == second


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("cardiology", "cardiology has no version yet"),
        ("generel", "did you mean 'general'"),
        ("general@7", r"there is no general@7; its versions are general@1"),
        ("general@serving", r"serves no version; its versions are general@1"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(registry, passing, reference, said):
    with pytest.raises(RegistryError, match=said):
        registry.find(reference)


def test_a_reference_finds_its_version(registry, passing):
    assert registry.find("general@1") == registry.find("general@candidate") == passing
    assert registry.find("general", default="candidate") == passing
    with pytest.raises(RegistryError, match="serves no version"):
        registry.find("general")


def test_a_registry_in_use_shows_what_others_change(registry, passing):
    watching = Registry(registry.folder)
    assert watching.serving("general") is None
    promote(registry, passing)
    assert watching.serving("general") == passing


def test_the_manifest_tells_what_the_version_is_made_of(passing):
    kept = json.loads((passing.folder / "version.json").read_text())
    assert (kept["run"], kept["by"], kept["data"], kept["conditions"]) == ("small-run", "ada", "d4ta", 8)
    assert set(kept["files"]) == {
        "README.md",
        "diagnoser/fitted.json",
        "evaluation.json",
        "model/model.safetensors",
        "recipe.yaml",
        "report.json",
        "results.json",
        "trained.json",
    }

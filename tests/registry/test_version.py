import pytest

from workup.registry import RegistryError


def replace(path, content):
    """Puts another file in the place of one that other versions may share."""
    path.unlink()
    path.write_bytes(content)


def test_a_version_as_it_was_published_has_no_damage(passing):
    assert passing.damage() == []


def test_one_changed_byte_is_found(passing):
    replace(passing.folder / "model" / "model.safetensors", b"weightz")
    assert passing.damage() == [
        "general@1: model/model.safetensors is damaged: its bytes are not those that were published"
    ]
    with pytest.raises(RegistryError, match="not as it was published"):
        passing.require_usable()


def test_a_missing_file_and_one_too_many_are_found(passing):
    (passing.folder / "results.json").unlink()
    (passing.folder / "model" / "notes.txt").write_text("mine")
    told = " ".join(passing.damage())
    assert "results.json is missing" in told
    assert "model/notes.txt does not belong to it" in told


@pytest.mark.parametrize("text", ["", "{}", '{"format": 99}'])
def test_a_manifest_that_cannot_be_read_is_one_clear_error(passing, text):
    replace(passing.folder / "version.json", text.encode())
    with pytest.raises(RegistryError, match=r"version\.json"):
        _ = passing.manifest


def test_a_real_version_answers_as_the_run_it_was(real, diagnoser):
    version = real.version("general", 1)
    loaded = version.load()
    text = "42 year old woman, itchy silvery scaly plaques on both elbows and knees."
    mine, theirs = loaded.assess(text), diagnoser.assess(text)
    assert mine.differential == theirs.differential
    assert mine.model.name == "general@1"
    assert version.damage() == [], "loading leaves a version as it is"


def test_a_calibration_of_another_format_is_not_made_anew_in_the_version(real, monkeypatch):
    monkeypatch.setattr("workup.clinic.assess.kept.FORMAT", 99)
    version = real.version("general", 1)
    with pytest.raises(RegistryError, match=r"has format [0-9]+, and this Workup reads 99"):
        version.load()
    assert version.damage() == []

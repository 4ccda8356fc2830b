import pytest
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from workup.clinic.assess import Diagnoser
from workup.registry import RegistryError
from workup.registry.export import export


def test_transformers_and_the_diagnoser_load_what_was_exported(real, diagnoser, tmp_path):
    folder = export(real.version("general", 1), tmp_path / "plain")
    assert AutoModelForSeq2SeqLM.from_pretrained(folder).num_parameters() > 0
    assert AutoTokenizer.from_pretrained(folder).eos_token == "</s>"
    assert (folder / "README.md").read_text().startswith("---")
    before = (folder / "diagnoser" / "fitted.json").stat().st_mtime_ns
    assert Diagnoser.load(folder).known.conditions == diagnoser.known.conditions
    assert (folder / "diagnoser" / "fitted.json").stat().st_mtime_ns == before, "it was not calibrated anew"


def test_what_was_exported_is_a_copy(real, tmp_path):
    version = real.version("general", 1)
    folder = export(version, tmp_path / "plain")
    (folder / "model.safetensors").write_bytes(b"")
    assert version.damage() == []


def test_nothing_is_written_over(passing, tmp_path):
    (tmp_path / "there").mkdir()
    with pytest.raises(RegistryError, match="nothing is written over"):
        export(passing, tmp_path / "there")


def test_a_damaged_version_is_not_exported(passing, tmp_path):
    (passing.folder / "model" / "model.safetensors").unlink()
    with pytest.raises(RegistryError, match="is missing"):
        export(passing, tmp_path / "plain")
    assert not (tmp_path / "plain").exists()

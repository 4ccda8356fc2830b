import shutil

import pytest
import torch
from safetensors.torch import save_file
from transformers import AutoModelForSeq2SeqLM, T5Config, T5ForConditionalGeneration


@pytest.fixture
def copied(tiny_t5, tmp_path):
    return shutil.copytree(tiny_t5, tmp_path / "model")


def read(folder):
    return AutoModelForSeq2SeqLM.from_pretrained(folder)


def test_a_file_that_was_cut_is_told_with_its_size(explained, copied):
    path = copied / "model.safetensors"
    path.write_bytes(path.read_bytes()[:5000])
    finding = explained(lambda: read(copied))
    assert finding.code == "CRA028"
    assert f"{path} is cut" in finding.summary
    assert "5000 bytes" in finding.summary


def test_a_reference_of_git_in_place_of_the_file_is_told_apart(explained, copied):
    path = copied / "model.safetensors"
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n")
    finding = explained(lambda: read(copied))
    assert "with which git refers to one" in finding.summary
    assert finding.remedy.code == "git lfs pull"


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod."])
def test_weights_of_a_wrapped_model_are_told_with_the_prefix(explained, t5, prefix):
    saved = {prefix + name: weight for name, weight in t5.state_dict().items()}
    finding = explained(lambda: t5.load_state_dict(saved))
    assert finding.code == "CRA029"
    assert repr(prefix) in finding.summary
    freed = {"saved": saved}
    exec(finding.remedy.code, freed)
    assert not t5.load_state_dict(freed["saved"]).missing_keys


def test_a_wrapped_model_and_plain_weights_are_told_apart(explained, t5):
    wrapper = torch.nn.Module()
    wrapper.module = t5
    finding = explained(lambda: wrapper.load_state_dict(t5.state_dict()))
    assert "the model is wrapped" in finding.summary
    assert finding.remedy.code == "model.module.load_state_dict(saved)"


def test_weights_among_other_things_are_told(explained, t5):
    saved = {"model_state_dict": t5.state_dict(), "epoch": 3}
    finding = explained(lambda: t5.load_state_dict(saved))
    assert finding.remedy.code == 'model.load_state_dict(saved["model_state_dict"])'


def test_weights_of_quite_another_model_are_not_explained(explained, t5, bart):
    assert explained(lambda: bart.load_state_dict(t5.state_dict())) is None


def test_another_vocabulary_is_told_with_both_sizes(explained, t5):
    saved = t5.state_dict()
    t5.resize_token_embeddings(400)
    finding = explained(lambda: t5.load_state_dict(saved))
    assert finding.code == "CRA030"
    assert "352 entries in the file and 400 in the model" in finding.summary
    exec(finding.remedy.code, {"model": t5})
    assert not t5.load_state_dict(saved).missing_keys


def test_a_weight_without_content_is_told_apart(explained, t5):
    saved = {**t5.state_dict(), "shared.weight": torch.zeros(0)}
    finding = explained(lambda: t5.load_state_dict(saved))
    assert "shared.weight was saved with no content" in finding.summary
    assert "zero_to_fp32" in finding.remedy.text


def test_another_size_of_model_is_told_apart(explained, t5):
    saved = {**t5.state_dict(), "shared.weight": torch.zeros(352, 64)}
    assert "another size of model" in explained(lambda: t5.load_state_dict(saved)).summary


def test_a_config_of_another_size_is_told(explained, tiny_t5):
    config = T5Config.from_pretrained(tiny_t5)
    config.vocab_size = 300
    finding = explained(lambda: T5ForConditionalGeneration.from_pretrained(tiny_t5, config=config))
    assert finding.code in ("CRA030", "CRA031")
    assert "352 entries in the file and 300 in the model" in finding.summary
    assert "its own config" in finding.remedy.text


def test_tied_weights_saved_one_by_one_are_told(explained, t5, tmp_path):
    finding = explained(lambda: save_file(t5.state_dict(), tmp_path / "w.safetensors"))
    assert finding.code == "CRA032"
    assert finding.remedy.code == "model.save_pretrained(folder)"

import shutil

import pytest
import torch

from workup.errors import ModelError
from workup.pipeline import builtin
from workup.pipeline.model import load


def test_the_builtin_base_is_a_small_t5_in_float32():
    base = load("builtin")
    assert base.family == "T5"
    assert 17e6 < base.parameters < 19e6
    assert {weight.dtype for weight in base.model.parameters()} == {torch.float32}


def test_loading_leaves_the_random_state_alone():
    before = torch.get_rng_state()
    builtin.load()
    assert torch.equal(torch.get_rng_state(), before)


def test_the_builtin_base_knows_conditions_before_any_fine_tune():
    model, tokenizer = builtin.load()
    text = "crushing chest pain radiating to the left arm, sweating, ST elevation, raised troponin"
    question = f"medical diagnosis: {text} What is the most likely diagnosis?"
    ids = model.generate(**tokenizer(question, return_tensors="pt"), max_new_tokens=16)
    assert tokenizer.decode(ids[0], skip_special_tokens=True) == "Acute myocardial infarction"


def test_the_builtin_tokenizer_writes_clinical_symbols_and_line_breaks():
    _, tokenizer = builtin.load()
    text = "Hb 7.2 g/dL\nT > 38.5 °C, <5 µg/m² ± 2 %"
    ids = tokenizer(text)["input_ids"]
    assert tokenizer.unk_token_id not in ids
    assert ids[-1] == tokenizer.eos_token_id
    assert tokenizer.decode(ids, skip_special_tokens=True) == text


def test_the_builtin_tokenizer_has_the_special_tokens_of_t5():
    _, tokenizer = builtin.load()
    assert (tokenizer.pad_token_id, tokenizer.eos_token_id, tokenizer.unk_token_id) == (0, 1, 2)
    assert tokenizer.convert_tokens_to_ids("<extra_id_99>") != tokenizer.unk_token_id


@pytest.mark.parametrize("name", [*builtin.FILES, builtin.CHECKSUMS])
def test_a_file_that_is_missing_is_named(tmp_path, name):
    base = shutil.copytree(builtin.folder(), tmp_path / "base")
    builtin.verify(base)
    (base / name).unlink()
    with pytest.raises(ModelError, match=rf"{name}, a file of the built-in base, is missing: install workup"):
        builtin.verify(base)


def test_a_file_that_was_changed_is_refused(tmp_path):
    base = shutil.copytree(builtin.folder(), tmp_path / "base")
    weights = bytearray((base / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (base / "model.safetensors").write_bytes(weights)
    with pytest.raises(ModelError, match=r"model.safetensors is not the file of the built-in base"):
        builtin.verify(base)

import shutil

import pytest
import torch
from transformers import AutoModelForSeq2SeqLM

from workup.examine.gather.stored import reload_of


@pytest.fixture
def checkpoint(tiny_t5, tmp_path):
    return shutil.copytree(tiny_t5, tmp_path / "checkpoint")


def load(folder, **settings):
    return AutoModelForSeq2SeqLM.from_pretrained(folder, **settings)


def test_a_model_that_is_what_the_files_hold_is_the_same(checkpoint):
    found = reload_of(load(checkpoint), checkpoint)
    assert found.weights > 20
    assert (found.altered, found.unknown, found.dtypes) == ({}, (), ("float32", "float32"))
    assert (found.loss_before, found.loss_after) == (None, None)


def test_being_rounded_is_no_other_value(checkpoint):
    found = reload_of(load(checkpoint, dtype=torch.bfloat16), checkpoint)
    assert (found.altered, found.dtypes) == ({}, ("float32", "bfloat16"))


def test_weights_with_other_values_are_named(checkpoint):
    model = load(checkpoint)
    name = "decoder.final_layer_norm.weight"
    with torch.no_grad():
        model.get_parameter(name).add_(1e-3)
    assert reload_of(model, checkpoint).altered == {name: "has other values"}


def test_a_head_of_its_own_that_is_tied_after_loading_is_named(checkpoint):
    model = load(checkpoint)
    model.config.tie_word_embeddings = False
    model.lm_head.weight = torch.nn.Parameter(model.shared.weight.detach() + 1)
    model.save_pretrained(checkpoint)
    model.lm_head.weight = model.shared.weight
    assert reload_of(model, checkpoint).altered == {"lm_head.weight": "was tied to another"}


def test_stored_names_that_the_model_has_not_are_told(checkpoint, tiny_bart):
    found = reload_of(load(tiny_bart), checkpoint)
    assert "shared.weight" in found.unknown


def test_of_a_pickle_nothing_is_said(checkpoint):
    model = load(checkpoint)
    (checkpoint / "model.safetensors").unlink()
    torch.save(model.state_dict(), checkpoint / "pytorch_model.bin")
    assert reload_of(model, checkpoint) is None


def test_an_adapter_is_compared_under_the_names_that_it_has_in_its_file(tiny_t5, tmp_path):
    from peft import LoraConfig, PeftModel, get_peft_model

    settings = LoraConfig(r=2, target_modules=["q"], modules_to_save=["final_layer_norm"])
    get_peft_model(load(tiny_t5), settings).save_pretrained(tmp_path)
    model = PeftModel.from_pretrained(load(tiny_t5), tmp_path)
    found = reload_of(model, tmp_path)
    assert found.weights > 2
    assert (found.altered, found.unknown) == ({}, ())
    with torch.no_grad():
        next(weight for name, weight in model.named_parameters() if "lora_A" in name).add_(1)
    assert len(reload_of(model, tmp_path).altered) == 1

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from workup.errors import ModelError, RunError
from workup.examine.api import CATALOGUE, MEASUREMENTS
from workup.examine.gather.from_folder import of_folder
from workup.examine.runner import run

FEED_FORWARD = "encoder.block.0.layer.1.DenseReluDense.wi.weight"
LOG = [{"step": 5, "loss": 2.0, "learning_rate": 1e-3, "grad_norm": 1.0}]


@pytest.fixture
def checkpoint(tiny_t5, tmp_path):
    """A checkpoint of a T5 with its tokenizer, to be damaged."""
    return shutil.copytree(tiny_t5, tmp_path / "checkpoint-5")


def change_weights(folder, change):
    file = folder / "model.safetensors"
    weights = load_file(file)
    change(weights)
    save_file(weights, file, metadata={"format": "pt"})


def findings_on(folder):
    report = run(of_folder(folder), CATALOGUE, MEASUREMENTS)
    assert not report.broken, report.broken
    return {finding.code: finding for finding in report.findings}


def test_a_checkpoint_gives_its_model_its_tokenizer_and_the_log_of_its_trainer(checkpoint):
    (checkpoint / "trainer_state.json").write_text(json.dumps({"log_history": LOG}))
    subject = of_folder(checkpoint)
    assert subject.model.config.model_type == "t5"
    assert subject.tokenizer("a lemon")["input_ids"][-1] == subject.model.config.eos_token_id
    assert subject.log == LOG
    assert "MOD013" not in findings_on(checkpoint)


def test_a_bart_can_be_examined_too(tiny_bart):
    assert of_folder(tiny_bart).model.config.model_type == "bart"
    assert "MOD013" not in findings_on(tiny_bart)


def test_weights_keep_the_dtype_they_are_stored_in(checkpoint):
    of_folder(checkpoint).model.bfloat16().save_pretrained(checkpoint)
    assert of_folder(checkpoint).model.dtype == torch.bfloat16


def test_without_a_tokenizer_there_is_none_instead_of_an_empty_one(checkpoint):
    for file in checkpoint.glob("tokenizer*"):
        file.unlink()
    assert of_folder(checkpoint).tokenizer is None


def test_the_log_of_a_finished_training_is_found_in_its_last_checkpoint(checkpoint):
    for step in (10, 9):
        inner = checkpoint / f"checkpoint-{step}"
        inner.mkdir()
        (inner / "trainer_state.json").write_text(json.dumps({"log_history": [{"step": step}]}))
    assert of_folder(checkpoint).log == [{"step": 10}]


def test_the_pickle_of_the_arguments_is_not_opened(checkpoint):
    (checkpoint / "training_args.bin").write_bytes(b"c__builtin__\nexit\n.")
    assert of_folder(checkpoint).arguments is None


@pytest.mark.parametrize("name", [FEED_FORWARD, "shared.weight"])
def test_an_empty_weight_is_found_although_transformers_makes_one_up(checkpoint, name):
    change_weights(checkpoint, lambda weights: weights.update({name: torch.zeros(0)}))
    found = findings_on(checkpoint)["MOD013"]
    assert name in found.evidence["empty"]
    assert found.evidence["never loaded"] == []


@pytest.mark.parametrize("name", [FEED_FORWARD, "shared.weight"])
def test_a_missing_weight_is_found_although_transformers_makes_one_up(checkpoint, name):
    change_weights(checkpoint, lambda weights: weights.pop(name))
    found = findings_on(checkpoint)["MOD013"]
    assert name in found.evidence["never loaded"]
    assert found.evidence["empty"] == []


def test_weights_of_another_shape_are_refused_with_both_shapes(checkpoint):
    change_weights(checkpoint, lambda weights: weights.update({"shared.weight": torch.zeros(7, 32)}))
    with pytest.raises(ModelError, match=r"shared.weight is to be \d+ x 32 and is stored as 7 x 32"):
        of_folder(checkpoint)


def test_the_weights_of_a_wrapper_are_refused_with_what_was_saved(checkpoint):
    def wrap(weights):
        for name in list(weights):
            weights[f"module.{name}"] = weights.pop(name)

    change_weights(checkpoint, wrap)
    with pytest.raises(ModelError, match=r"they begin with 'module\.', so a wrapper was saved"):
        of_folder(checkpoint)


@pytest.mark.parametrize("kept", [0, 100, -100])
def test_weights_that_were_cut_short_are_refused(checkpoint, kept):
    file = checkpoint / "model.safetensors"
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(ModelError, match=r"checkpoint-5: its weights cannot be read: .*cut short or damaged"):
        of_folder(checkpoint)


def test_a_folder_without_weights_is_refused(checkpoint):
    (checkpoint / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"its weights cannot be read: .*model\.safetensors"):
        of_folder(checkpoint)


@pytest.mark.parametrize(
    "name", ["config.json", "tokenizer.json", "generation_config.json", "trainer_state.json"]
)
def test_a_damaged_file_is_named_with_its_line(checkpoint, name):
    (checkpoint / name).write_text('{\n"a": 1,\n')
    with pytest.raises(ModelError, match=rf"checkpoint-5/{name}:3: not JSON .*the checkpoint is damaged"):
        of_folder(checkpoint)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[]", "holds no JSON object"),
        (b"\xff\xfe", "cannot be read as UTF-8"),
        ("{}", "its config.json cannot be used"),
        ('{"model_type": "gpt2"}', "holds a gpt2 model"),
    ],
)
def test_a_config_that_says_nothing_of_use_is_refused(checkpoint, content, told):
    (checkpoint / "config.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ModelError, match=told):
        of_folder(checkpoint)


def test_a_tokenizer_that_cannot_be_used_is_refused(checkpoint):
    (checkpoint / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match="its tokenizer cannot be read"):
        of_folder(checkpoint)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(RunError, match="is empty; name a folder written by save_pretrained or a Trainer"):
        of_folder(tmp_path)


def test_a_folder_above_the_checkpoints_is_told_from_them(checkpoint):
    shutil.copytree(checkpoint, checkpoint.with_name("checkpoint-40"))
    (checkpoint.parent / "notes.txt").touch()
    with pytest.raises(RunError, match=r"config\.json is missing.*; did you mean .*checkpoint-40\?"):
        of_folder(checkpoint.parent)


@pytest.fixture
def adapter(tiny_t5, tmp_path):
    """An adapter of the tiny T5, without a tokenizer of its own."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForSeq2SeqLM

    model = AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)
    folder = tmp_path / "adapter"
    get_peft_model(model, LoraConfig(r=2, target_modules=["q"])).save_pretrained(folder)
    return folder


def test_an_adapter_is_put_on_its_base_and_uses_its_tokenizer(adapter):
    subject = of_folder(adapter)
    assert hasattr(subject.model, "peft_config")
    assert subject.tokenizer is not None
    assert "MOD013" not in findings_on(adapter)


def test_an_adapter_without_its_base_says_what_is_missing(adapter):
    file = adapter / "adapter_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"base_model_name_or_path": "./gone"}))
    with pytest.raises(ModelError, match=r"is an adapter, and its base '\./gone' is not within reach"):
        of_folder(adapter)


def test_a_damaged_adapter_is_refused(adapter):
    (adapter / "adapter_model.safetensors").write_bytes(b"")
    with pytest.raises(ModelError, match="the adapter cannot be read or does not fit its base"):
        of_folder(adapter)

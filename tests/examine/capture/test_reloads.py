import pytest
import torch
from torch.nn.modules.module import _IncompatibleKeys
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, T5EncoderModel

from workup.examine.capture.reloads import Reloads, loss_on


@pytest.fixture
def model(tiny_t5):
    return AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)


@pytest.fixture
def batch(tiny_t5):
    tokenizer = AutoTokenizer.from_pretrained(tiny_t5)
    tokenizer.model_input_names = ["input_ids", "attention_mask"]
    return dict(
        tokenizer(
            ["a lemon", "a bit of snow"], text_target=["yellow", "white"], padding=True
        ).convert_to_tensors("pt")
    )


def test_what_was_saved_is_compared_with_what_is_loaded(model, batch, tmp_path):
    reloads = Reloads()
    model.save_pretrained(tmp_path)
    reloads.saved(model, tmp_path, batch)
    reloads.loaded(AutoModelForSeq2SeqLM.from_pretrained(tmp_path), str(tmp_path / "." / ""), batch)
    (found,) = reloads.found.values()
    assert (found.altered, found.unknown, found.dtypes) == ({}, (), ("float32", "float32"))
    assert found.loss_after == found.loss_before == pytest.approx(model(**batch).loss.item())


def test_other_folders_other_kinds_and_what_is_no_folder_are_no_reloads(model, tiny_t5, tmp_path):
    reloads = Reloads()
    model.save_pretrained(tmp_path)
    reloads.saved(model, tmp_path, None)
    reloads.loaded(model, tiny_t5, None)
    reloads.loaded(model, None, None)
    reloads.loaded(T5EncoderModel.from_pretrained(tmp_path), tmp_path, None)
    assert not reloads.found


def test_a_model_that_shares_its_training_with_other_processes_is_not_asked(model, tmp_path, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    reloads = Reloads()
    reloads.saved(model, tmp_path, None)
    reloads.loaded(model, tmp_path, None)
    assert not reloads.found


def test_the_oldest_savings_are_forgotten(model, tmp_path):
    reloads = Reloads()
    for number in range(33):
        reloads.saved(model, tmp_path / str(number), None)
    for number in (0, 1):
        reloads.loaded(model, tmp_path / str(number), None)
    assert [found.place for found in reloads.found.values()] == [str(tmp_path / "1")]


def test_measuring_changes_nothing(model, batch, tmp_path):
    model.train()
    model.encoder.eval()
    model(**batch).loss.backward()
    modes = [module.training for module in model.modules()]
    before = [(weight.clone(), weight.grad.clone()) for weight in model.parameters()]
    state = torch.get_rng_state()
    Reloads().saved(model, tmp_path, batch)
    assert torch.equal(torch.get_rng_state(), state)
    assert [module.training for module in model.modules()] == modes
    for weight, (value, gradient) in zip(model.parameters(), before, strict=True):
        assert torch.equal(weight, value)
        assert torch.equal(weight.grad, gradient)


def test_without_rows_for_this_model_there_is_no_loss(model, batch):
    assert loss_on(model, None) is None
    assert loss_on(model, {"input_ids": batch["input_ids"]}) is None
    assert loss_on(model, {**batch, "input_ids": batch["input_ids"] + 10_000}) is None


def test_names_that_are_only_missing_or_only_left_over_are_no_fault(model):
    reloads = Reloads()
    for missing, unexpected in (
        (["lm_head.weight"], []),
        (["lm_head.weight", "encoder.embed_tokens.weight"], ["decoder.old.weight"]),
        ([], ["decoder.old.weight"]),
    ):
        reloads.state_loaded(model, _IncompatibleKeys(missing, unexpected), model, None)
    assert not reloads.found

import pytest
import torch
from torch.nn.modules.module import _IncompatibleKeys
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, T5EncoderModel

from workup.examine.capture.reloads import Reloads, loss_on, mark, weights_of


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


def test_weights_are_known_by_their_bits_and_rounded_ones_by_their_size():
    weight = torch.randn(300, 7, generator=torch.Generator().manual_seed(0))
    changed = weight.clone()
    changed[299, 6] += 1e-6
    assert mark(weight).is_of(mark(weight.t().contiguous().t()))
    assert not mark(weight).is_of(mark(changed))
    assert mark(weight).is_of(mark(weight.bfloat16()))
    assert mark(weight.half()).is_of(mark(weight))
    assert not mark(weight).is_of(mark(2 * weight.bfloat16()))
    assert not mark(weight).is_of(mark(weight[:299]))
    assert mark(torch.tensor(2.0)).is_of(mark(torch.tensor(2.0)))


def test_tied_weights_stand_under_each_of_their_names(model):
    found = weights_of(model)
    assert {found.first[f"{name}.weight"] for name in ("shared", "lm_head", "encoder.embed_tokens")} == {
        "shared.weight"
    }
    assert len(found.marks) == len(dict(model.named_parameters())) + 3


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

import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSeq2SeqLM

from workup.examine.checks.training.optimizer_of_other_weights import optimizer_of_other_weights
from workup.examine.finding import Severity


@pytest.fixture(params=["tiny_t5", "tiny_bart"])
def folder(request):
    return request.getfixturevalue(request.param)


def load(folder):
    return AutoModelForSeq2SeqLM.from_pretrained(folder)


def adam(model):
    return torch.optim.AdamW(model.parameters(), lr=1e-3)


def findings(model, optimizer):
    return optimizer_of_other_weights(model=model, optimizer=optimizer)


def test_a_model_that_was_loaded_again_is_never_trained(folder):
    optimizer, model = adam(load(folder)), load(folder)
    (finding,) = findings(model, optimizer)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["of them the model's"] == 0
    before = [weight.detach().clone() for weight in model.parameters()]
    model(input_ids=torch.tensor([[5, 6, 1]]), labels=torch.tensor([[7, 1]])).loss.backward()
    optimizer.step()
    assert all(torch.equal(*pair) for pair in zip(before, model.parameters(), strict=True))


def test_a_part_that_was_replaced_after_the_optimizer_is_left_out(tiny_bart):
    model = load(tiny_bart)
    optimizer = adam(model)
    model.model.encoder.layers[0].fc1 = torch.nn.Linear(32, 64)
    (finding,) = findings(model, optimizer)
    assert finding.severity is Severity.WARNING
    assert finding.evidence["trainable weights left out"] == 2


def test_an_adapter_put_on_after_the_optimizer_is_left_out(tiny_t5):
    model = load(tiny_t5)
    optimizer = adam(model)
    adapted = get_peft_model(model, LoraConfig(target_modules=["q"], r=2))
    (finding,) = findings(adapted, optimizer)
    assert finding.severity is Severity.ERROR
    assert not findings(adapted, torch.optim.AdamW([w for w in adapted.parameters() if w.requires_grad]))


def test_resized_embeddings_stay_the_same_weight(folder):
    model = load(folder)
    optimizer = adam(model)
    model.resize_token_embeddings(model.config.vocab_size + 8)
    assert not findings(model, optimizer)


def test_the_remedy_builds_one_of_the_models_own_weights(folder):
    model = load(folder)
    parts = {"optimizer": adam(load(folder)), "model": model}
    exec(findings(model, parts["optimizer"])[0].remedy.code, parts)
    assert not findings(model, parts["optimizer"])


def test_an_optimizer_of_the_models_weights_is_sound(folder):
    model = load(folder)
    assert not findings(model, adam(model))


def test_an_optimizer_of_a_part_of_the_weights_is_a_choice(folder):
    model = load(folder)
    assert not findings(model, torch.optim.AdamW(model.get_encoder().parameters(), lr=1e-3))


def test_frozen_weights_need_no_optimizer(folder):
    model = load(folder)
    for weight in model.get_encoder().parameters():
        weight.requires_grad_(False)
    assert not findings(model, torch.optim.AdamW([w for w in model.parameters() if w.requires_grad]))


def test_something_that_is_no_optimizer_is_passed_over(folder):
    assert not findings(load(folder), object())
    assert not findings(object(), adam(load(folder)))

"""Models are really saved and loaded; a model that has learned something shows what was lost."""

import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, DataCollatorForSeq2Seq

from workup.examine.capture.reloads import Reloads
from workup.examine.checks.model.reload_changed_weights import reload_changed_weights as check
from workup.examine.finding import Severity
from workup.examine.subject import Reload

PAIRS = [("a lemon", "yellow"), ("a cherry", "red"), ("a snow field", "white"), ("the sky", "blue")]


@pytest.fixture(scope="module")
def batch(tiny_t5):
    tokenizer = AutoTokenizer.from_pretrained(tiny_t5)
    tokenizer.model_input_names = ["input_ids", "attention_mask"]
    rows = [tokenizer(source, text_target=target) for source, target in PAIRS]
    return dict(DataCollatorForSeq2Seq(tokenizer)([dict(row) for row in rows]))


def teach(model, batch, steps=60):
    optimizer = torch.optim.AdamW((weight for weight in model.parameters() if weight.requires_grad), lr=1e-2)
    for _ in range(steps):
        optimizer.zero_grad()
        model(**batch).loss.backward()
        optimizer.step()
    return model


@pytest.fixture(scope="module")
def learned(tiny_t5, batch):
    """A T5 that has learned the pairs."""
    return teach(AutoModelForSeq2SeqLM.from_pretrained(tiny_t5), batch)


@pytest.fixture
def reloaded(batch, tmp_path, examine):
    """`reloaded(model, load, **saving)`: the findings when it is saved so and loaded by a function."""

    def findings(model, load, **saving):
        reloads = Reloads()
        model.save_pretrained(tmp_path, **saving)
        reloads.saved(model, tmp_path, batch)
        reloads.loaded(load(tmp_path), tmp_path, batch)
        return examine(check, reloads=list(reloads.found.values()))

    return findings


def test_lost_ties_are_found_with_the_loss_before_and_after(reloaded, learned):
    def untied(folder):
        return AutoModelForSeq2SeqLM.from_pretrained(folder, tie_word_embeddings=False)

    (finding,) = reloaded(learned, untied)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["not as saved"]["lm_head.weight"] == "lost its tie"
    before, after = finding.evidence["loss before and after"]
    assert before < 0.1 < 1 < after
    assert f"is {before:.3g} before and {after:.3g} after" in finding.harm


def test_a_model_that_is_loaded_as_it_was_saved_is_sound(reloaded, learned):
    assert not reloaded(learned, AutoModelForSeq2SeqLM.from_pretrained)


def test_the_message_of_missing_keys_says_nothing(reloaded, learned):
    """As the Trainer loads its best checkpoint: the files hold a tied weight under one of its names."""

    def as_a_trainer_does(folder):
        from safetensors.torch import load_file

        model = AutoModelForSeq2SeqLM.from_pretrained(folder)
        keys = model.load_state_dict(load_file(folder / "model.safetensors"), strict=False)
        assert "lm_head.weight" in keys.missing_keys
        return model

    assert not reloaded(learned, as_a_trainer_does)


def test_rounding_that_the_loss_does_not_show_is_sound(reloaded, learned):
    found = reloaded(learned, lambda folder: AutoModelForSeq2SeqLM.from_pretrained(folder).bfloat16())
    assert not found


def test_rounding_that_the_loss_shows_is_found(examine):
    rounded = Reload("out", 50, {}, dtypes=("float32", "float16"), loss_before=0.02, loss_after=0.5)
    broken = Reload("out", 50, {}, dtypes=("float32", "float16"), loss_before=0.02, loss_after=float("nan"))
    (finding,) = examine(check, reloads=[rounded])
    assert finding.severity is Severity.WARNING
    assert "rounded from float32 to float16" in finding.summary
    assert "dtype=torch.float32" in finding.remedy.code
    assert examine(check, reloads=[broken])[0].severity is Severity.ERROR


def test_another_config_is_found_by_the_loss_alone(examine):
    (finding,) = examine(check, reloads=[Reload("out", 50, {}, loss_before=0.02, loss_after=5.4)])
    assert "computes another loss" in finding.summary
    assert "config" in finding.remedy.text


@pytest.mark.parametrize("saved", [False, True])
def test_an_adapter_must_be_saved_with_the_embedding_that_was_trained_beside_it(
    reloaded, tiny_t5, batch, saved
):
    peft = pytest.importorskip("peft")
    config = peft.LoraConfig(task_type="SEQ_2_SEQ_LM", r=4, target_modules=["q", "v"])
    model = peft.get_peft_model(AutoModelForSeq2SeqLM.from_pretrained(tiny_t5), config)
    model.get_input_embeddings().weight.requires_grad_(True)
    teach(model, batch)

    def load(folder):
        return peft.PeftModel.from_pretrained(AutoModelForSeq2SeqLM.from_pretrained(tiny_t5), folder)

    found = reloaded(model, load, save_embedding_layers=saved)
    assert len(found) == (not saved)
    if found:
        assert found[0].severity is Severity.ERROR
        assert set(found[0].evidence["not as saved"].values()) == {"is not in the files"}
        assert "save_embedding_layers" in found[0].remedy.code


def test_a_state_whose_names_do_not_fit_is_found(examine, learned, tiny_t5, batch):
    fresh = AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)
    keys = fresh.load_state_dict(torch.nn.DataParallel(learned).state_dict(), strict=False)
    reloads = Reloads()
    reloads.state_loaded(fresh, keys, learned, batch)
    (finding,) = examine(check, reloads=list(reloads.found.values()))
    assert finding.severity is Severity.ERROR
    assert finding.evidence["names the model has not"][0].startswith("module.")
    assert finding.evidence["loss before and after"][0] < 0.1


def test_where_the_loss_is_not_known_only_a_model_with_nothing_loaded_is_an_error(examine):
    some = Reload("out", 3, {"lm_head.weight": "has other values"})
    nothing = Reload("out", 1, {"lm_head.weight": "was not loaded"})
    harmless = Reload("out", 3, some.altered, loss_before=0.5, loss_after=0.5)
    assert examine(check, reloads=[some])[0].severity is Severity.WARNING
    (finding,) = examine(check, reloads=[some, nothing])
    assert finding.severity is Severity.ERROR
    assert finding.evidence["loadings with it"] == 2
    (finding,) = examine(check, reloads=[harmless])
    assert finding.severity is Severity.WARNING
    assert finding.harm.startswith("none was measured")

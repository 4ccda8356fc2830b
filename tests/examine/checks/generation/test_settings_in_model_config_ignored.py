import pytest
from transformers import AutoModelForSeq2SeqLM, BartConfig, BartForConditionalGeneration, __version__

from workup.examine.checks.generation.settings_in_model_config_ignored import (
    settings_in_model_config_ignored as check,
)
from workup.examine.finding import Severity
from workup.examine.subject import Subject


@pytest.fixture
def model(tiny_t5):
    return AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)


@pytest.mark.parametrize(("name", "value"), [("num_beams", 4), ("max_length", 64)])
def test_a_setting_in_the_wrong_place_is_found_and_the_remedy_moves_it(examined, model, name, value):
    setattr(model.config, name, value)
    (finding,) = examined(check, Subject(model=model))
    refuses = int(__version__.split(".")[0]) >= 5
    assert finding.severity is (Severity.ERROR if refuses else Severity.WARNING)
    assert f"{name}={value} in model.config" in finding.summary
    exec(finding.remedy.code, {"model": model})
    assert not examined(check, Subject(model=model))
    assert getattr(model.generation_config, name) == value


@pytest.mark.skipif(__version__.startswith("4."), reason="older versions accept it")
def test_such_a_model_can_really_not_be_saved(model, tmp_path):
    model.config.num_beams = 4
    with pytest.raises(ValueError, match="num_beams"):
        model.save_pretrained(tmp_path)


def test_settings_in_their_place_are_sound(examined, model):
    model.generation_config.num_beams = 4
    model.generation_config.max_length = 64
    assert not examined(check, Subject(model=model))


def test_what_a_family_has_by_itself_is_sound(examined):
    config = BartConfig(
        vocab_size=50, d_model=8, encoder_layers=1, decoder_layers=1, encoder_ffn_dim=8, decoder_ffn_dim=8,
        encoder_attention_heads=2, decoder_attention_heads=2, max_position_embeddings=16,
    )  # fmt: skip
    assert not examined(check, Subject(model=BartForConditionalGeneration(config)))

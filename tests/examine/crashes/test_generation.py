import pytest
import torch
import transformers
from transformers import T5Config, T5ForConditionalGeneration, T5Tokenizer

NEWER = int(transformers.__version__.partition(".")[0]) >= 5
IDS = torch.tensor([[5, 6, 1]])


def test_token_types_are_told_with_the_way_to_leave_them_out(explained, t5):
    finding = explained(lambda: t5.generate(input_ids=IDS, token_type_ids=torch.zeros_like(IDS)))
    assert finding.code == "CRA053"
    assert "model_input_names" in finding.remedy.code


def test_a_misspelt_argument_of_generate_is_told_with_the_nearest(explained, t5):
    assert explained(lambda: t5.generate(input_ids=IDS, max_lenght=5)).remedy.code == "max_length=..."
    assert "leave out" in explained(lambda: t5.generate(input_ids=IDS, zzzz=5)).remedy.text


def test_a_missing_start_token_is_told_in_training_and_in_generation(explained, t5):
    t5.config.decoder_start_token_id = None
    t5.generation_config.decoder_start_token_id = t5.generation_config.bos_token_id = None
    assert explained(lambda: t5(input_ids=IDS, labels=IDS)).code == "CRA054"
    assert explained(lambda: t5.generate(input_ids=IDS)).code == "CRA054"


def test_a_config_that_never_had_a_start_token_is_told(explained):
    sizes = {"d_model": 8, "d_kv": 4, "num_heads": 2, "d_ff": 8, "num_layers": 1}
    model = T5ForConditionalGeneration(T5Config(vocab_size=50, **sizes))
    finding = explained(lambda: model(input_ids=IDS, labels=IDS))
    assert finding.code == "CRA054"
    assert "decoder_start_token_id=" in finding.remedy.code


def test_settings_at_odds_are_told_by_name_when_saved(explained, t5, tmp_path):
    t5.generation_config.early_stopping = True
    finding = explained(lambda: t5.save_pretrained(tmp_path))
    assert finding.code == "CRA055"
    assert finding.summary.startswith("early_stopping has no effect on generation, because num_beams is")
    exec(finding.remedy.code, {"model": t5})
    t5.save_pretrained(tmp_path)


def test_several_answers_without_beams_are_told(explained, t5):
    finding = explained(lambda: t5.generate(input_ids=IDS, num_return_sequences=3))
    assert finding.code == "CRA055"
    assert "different than 1 (got 3)" in finding.summary


@pytest.mark.skipif(not NEWER, reason="transformers 4 takes them from there")
def test_settings_in_the_models_config_are_told_with_the_move(explained, t5, tmp_path):
    t5.config.max_length, t5.config.num_beams = 30, 4
    saved = explained(lambda: t5.save_pretrained(tmp_path))
    finding = explained(lambda: t5.generate(input_ids=IDS))
    assert finding.code == saved.code == "CRA056"
    assert "(max_length=30, num_beams=4)" in finding.summary
    exec(finding.remedy.code, {"model": t5})
    assert (t5.generation_config.max_length, t5.generation_config.num_beams) == (30, 4)
    t5.save_pretrained(tmp_path)


def test_a_way_of_decoding_that_moved_is_told(explained, t5):
    finding = explained(lambda: t5.generate(input_ids=IDS, force_words_ids=[[[5]]], num_beams=2))
    assert finding.code == "CRA057"
    assert finding.summary.startswith("Constrained Beam Search")


def test_what_is_no_tensor_is_told(explained, t5, tokenizer):
    assert "given a list" in explained(lambda: t5.generate([[5, 6]])).summary
    whole = explained(lambda: t5.generate(tokenizer("a red stone", return_tensors="pt")))
    assert whole.code == "CRA058"
    assert "whole output of the tokenizer" in whole.summary
    assert explained(lambda: t5(**tokenizer("a red stone"), labels=IDS)).code == "CRA059"


def test_errors_of_ones_own_without_a_message_are_not_explained(explained):
    def own():
        raise AttributeError

    assert explained(own) is None
    assert explained(lambda: [].shape) is None


@pytest.mark.skipif(not NEWER, reason="transformers 4 reads the file")
def test_a_tokenizer_from_its_vocabulary_file_is_told(explained):
    finding = explained(lambda: T5Tokenizer("spiece.model"))
    assert (finding.code, finding.stage) == ("CRA060", "tokenization")
    assert "AutoTokenizer.from_pretrained" in finding.remedy.code

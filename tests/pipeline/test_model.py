import json
import shutil

import pytest
import torch

from workup.errors import ModelError
from workup.pipeline.model import load


@pytest.fixture
def folder(tiny_t5, tmp_path):
    """A copy of the tiny T5 that a test may damage."""
    return shutil.copytree(tiny_t5, tmp_path / "base")


def change_config(folder, **changes):
    path = folder / "config.json"
    config = json.loads(path.read_text())
    config.update(changes)
    path.write_text(json.dumps({k: v for k, v in config.items() if v is not ...}))


def test_a_t5_saved_to_a_folder_loads_with_its_tokenizer_and_start_token(tiny_t5):
    base = load(str(tiny_t5))
    assert base.family == "T5"
    assert base.model.config.decoder_start_token_id == 0
    assert (
        base.tokenizer.decode(base.tokenizer("a lemon")["input_ids"], skip_special_tokens=True).strip()
        == "a lemon"
    )


def test_a_bart_loads_too(tiny_bart):
    base = load(str(tiny_bart))
    assert (base.family, base.model.config.decoder_start_token_id) == ("BART", 1)


def test_weights_stored_in_bfloat16_are_trained_in_float32(folder):
    load(str(folder)).model.to(torch.bfloat16).save_pretrained(folder)
    assert next(load(str(folder)).model.parameters()).dtype == torch.float32


def test_a_t5_without_a_start_token_gets_the_pad(folder):
    change_config(folder, decoder_start_token_id=...)
    (folder / "generation_config.json").unlink()
    base = load(str(folder))
    assert base.model.config.decoder_start_token_id == base.tokenizer.pad_token_id


def test_a_folder_without_tokenizer_is_refused(folder):
    for file in folder.glob("tokenizer*"):
        file.unlink()
    with pytest.raises(ModelError, match=r"holds no tokenizer.*save_pretrained"):
        load(str(folder))


def test_a_tokenizer_with_ids_beyond_the_embedding_is_refused(folder):
    base = load(str(folder))
    base.tokenizer.add_tokens(["<dose>"])
    base.tokenizer.save_pretrained(folder)
    rows = base.model.config.vocab_size
    with pytest.raises(
        ModelError, match=rf"up to {rows} \('<dose>'\).*resize_token_embeddings\({rows + 1}\)"
    ):
        load(str(folder))


def test_an_embedding_with_spare_rows_is_healthy(folder):
    base = load(str(folder))
    base.model.resize_token_embeddings(len(base.tokenizer) + 28)
    base.model.save_pretrained(folder)
    assert load(str(folder)).model.config.vocab_size == len(base.tokenizer) + 28


def test_a_model_without_a_decoder_is_refused(folder):
    change_config(folder, model_type="bert", is_encoder_decoder=False)
    with pytest.raises(ModelError, match="is a bert model, not an encoder-decoder"):
        load(str(folder))


def test_a_folder_that_is_none_names_the_nearest_one(folder):
    with pytest.raises(ModelError, match=r"there is no folder .*; did you mean '.*base'"):
        load(str(folder.parent / "bsae"))


def test_a_folder_without_model_points_to_the_model_folder_inside(folder, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(folder, run / "model")
    with pytest.raises(ModelError, match=r"did you mean .*run/model\?"):
        load(str(run))


def test_a_hub_name_out_of_reach_says_what_else_can_be_used():
    with pytest.raises(ModelError, match=r"could not be fetched from the hub.*'builtin'"):
        load("google/flan-t5-base")


def test_damaged_weights_are_one_clear_error(folder):
    (folder / "model.safetensors").write_bytes(b"nonsense")
    with pytest.raises(ModelError, match="cannot be loaded"):
        load(str(folder))

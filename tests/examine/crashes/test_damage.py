import json
import shutil

import pytest
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer


@pytest.fixture
def checkpoint(tiny_t5, tmp_path):
    """`checkpoint(name)`: a folder of which the file of this name ends in the middle."""

    def cut(name):
        folder = shutil.copytree(tiny_t5, tmp_path / "checkpoint")
        text = (folder / name).read_text()
        (folder / name).write_text(text[: len(text) // 2])
        return folder

    return cut


def test_a_tokenizer_that_was_cut_is_told_with_its_file(explained, checkpoint):
    folder = checkpoint("tokenizer.json")
    finding = explained(lambda: AutoTokenizer.from_pretrained(folder))
    assert finding.code == "CRA065"
    assert finding.summary.startswith(f"{folder / 'tokenizer.json'} is not JSON from its line ")


def test_a_config_that_was_cut_is_told_with_its_file(explained, checkpoint):
    folder = checkpoint("config.json")
    finding = explained(lambda: AutoModelForSeq2SeqLM.from_pretrained(folder))
    assert finding.code == "CRA065"
    assert str(folder / "config.json") in finding.summary


def test_a_data_file_that_is_not_json_is_none_of_a_checkpoint(explained, tmp_path):
    (tmp_path / "rows.json").write_text('{"text": ')

    def read():
        with (tmp_path / "rows.json").open() as rows:
            json.load(rows)

    assert explained(read) is None

import shutil

import pytest
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    T5ForConditionalGeneration,
)


@pytest.fixture
def outputs(tmp_path, tiny_t5):
    """A folder of a training: two checkpoints in it, and no model of its own."""
    for step in (50, 100):
        shutil.copytree(tiny_t5, tmp_path / "outputs" / f"checkpoint-{step}")
    return tmp_path / "outputs"


def test_a_path_that_is_no_folder_is_told_with_the_latest_model_beside_it(explained, outputs):
    finding = explained(lambda: AutoModelForSeq2SeqLM.from_pretrained(str(outputs / "final")))
    assert finding.code == "CRA023"
    assert "there is no folder" in finding.summary
    assert finding.remedy.code == f'from_pretrained("{outputs / "checkpoint-100"}")'


def test_a_path_that_is_misspelt_is_told_with_the_nearest_folder(explained, outputs):
    finding = explained(lambda: AutoModelForSeq2SeqLM.from_pretrained(str(outputs / "checkpoint-5O")))
    assert finding.remedy.code == f'from_pretrained("{outputs / "checkpoint-50"}")'


def test_a_folder_without_a_model_is_told_with_the_checkpoint_in_it(explained, outputs):
    finding = explained(lambda: AutoModelForSeq2SeqLM.from_pretrained(outputs))
    assert finding.code == "CRA024"
    assert "holds no config.json, but 2 checkpoints" in finding.summary
    assert finding.remedy.code == f'from_pretrained("{outputs / "checkpoint-100"}")'


def test_a_folder_without_weights_is_told(explained, tmp_path, tiny_t5):
    shutil.copy(tiny_t5 / "config.json", tmp_path)
    finding = explained(lambda: AutoModelForSeq2SeqLM.from_pretrained(tmp_path))
    assert "holds no weights (it holds config.json)" in finding.summary


def test_it_is_told_whichever_class_reads_the_folder(explained, outputs):
    finding = explained(lambda: T5ForConditionalGeneration.from_pretrained(outputs))
    assert (finding.code, finding.remedy.code) == (
        "CRA024",
        f'from_pretrained("{outputs / "checkpoint-100"}")',
    )


def test_a_folder_without_a_tokenizer_is_told(explained, tmp_path):
    finding = explained(lambda: AutoTokenizer.from_pretrained(tmp_path))
    assert finding.code in ("CRA024", "CRA025")
    assert str(tmp_path) in finding.summary


def test_the_class_of_another_family_is_told(explained, tiny_t5):
    finding = explained(lambda: AutoModelForCausalLM.from_pretrained(tiny_t5))
    assert (finding.code, finding.stage) == ("CRA026", "model")
    assert "AutoModelForSeq2SeqLM" in finding.remedy.code


def test_nothing_to_resume_is_told(explained, trainer, tmp_path):
    (tmp_path / "out").mkdir()
    assert explained(lambda: trainer().train(resume_from_checkpoint=True)).code == "CRA027"
    gone = str(tmp_path / "gone")
    assert explained(lambda: trainer().train(resume_from_checkpoint=gone)).code == "CRA027"


def test_a_folder_of_ones_own_that_is_missing_is_not_explained(explained, tmp_path):
    assert explained(lambda: list((tmp_path / "gone").iterdir())) is None

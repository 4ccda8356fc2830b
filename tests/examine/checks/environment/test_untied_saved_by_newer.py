import json

import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, T5ForConditionalGeneration

from examination import findings_of, only_newer
from workup.examine.checks.environment.untied_saved_by_newer import untied_saved_by_newer
from workup.examine.finding import Severity
from workup.examine.subject import Subject, versions


def findings(model, installed=None):
    subject = Subject(model=model, versions=installed or versions())
    return findings_of(untied_saved_by_newer, subject)


@only_newer
def test_a_head_of_its_own_beside_a_tied_config_is_noted(untied):
    (finding,) = findings(untied)
    assert finding.severity is Severity.NOTE
    assert finding.evidence["head equals embeddings"] is False


@only_newer
def test_the_remedy_writes_a_config_that_says_what_is_so(untied, tmp_path):
    (finding,) = findings(untied)
    folder = tmp_path / "saved"
    untied.save_pretrained(folder)
    assert json.loads((folder / "config.json").read_text())["tie_word_embeddings"] is True
    exec(finding.remedy.code, {"json": json, "folder": folder})
    assert json.loads((folder / "config.json").read_text())["tie_word_embeddings"] is False
    again = T5ForConditionalGeneration.from_pretrained(folder)
    assert torch.equal(again.lm_head.weight, untied.lm_head.weight)
    assert again.config.scale_decoder_outputs is False


def test_under_transformers_4_the_head_is_lost_already(untied):
    # As transformers 5 writes them, whichever is installed.
    untied.config.tie_word_embeddings, untied.config.scale_decoder_outputs = True, False
    untied.lm_head.weight = untied.shared.weight
    (finding,) = findings(untied, {"transformers": "4.57.6"})
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize("folder", ["tiny_t5", "tiny_bart"])
@pytest.mark.parametrize("version", ["4.57.6", "5.18.0"])
def test_a_model_whose_head_is_its_embeddings_is_sound(folder, version, request):
    model = AutoModelForSeq2SeqLM.from_pretrained(request.getfixturevalue(folder))
    assert not findings(model, {"transformers": version})


def test_a_config_that_says_what_is_so_is_sound(untied):
    untied.config.tie_word_embeddings = False
    assert not findings(untied)

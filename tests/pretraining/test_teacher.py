import hashlib
import json
import shutil

import pytest
import torch

from workup.errors import ModelError
from workup.pretraining.teacher import Teacher, mean


def test_a_teacher_with_the_right_checksum_loads_and_another_is_refused(teacher_folder):
    right = hashlib.sha256((teacher_folder / "model.safetensors").read_bytes()).hexdigest()
    assert Teacher(teacher_folder, right).model.config.model_type == "bert"
    with pytest.raises(ModelError, match=rf"has SHA-256 {right}, the plan expects 0{{64}}: it is another"):
        Teacher(teacher_folder, "0" * 64)


def test_a_folder_without_model_or_weights_is_refused(teacher_folder, tmp_path):
    with pytest.raises(ModelError, match=r"holds no teacher: config\.json is missing"):
        Teacher(tmp_path)
    shutil.copy(teacher_folder / "config.json", tmp_path)
    with pytest.raises(ModelError, match="the teacher's weights are needed as safetensors"):
        Teacher(tmp_path, "0" * 64)


def test_a_model_of_another_kind_is_refused(tiny_bart):
    assert json.loads((tiny_bart / "config.json").read_text())["model_type"] == "bart"
    with pytest.raises(ModelError, match="a teacher must be a BERT, this is a bart"):
        Teacher(tiny_bart)


def test_a_teacher_that_cannot_be_loaded_or_has_another_activation_is_refused(teacher_folder, tmp_path):
    broken = shutil.copytree(teacher_folder, tmp_path / "broken")
    (broken / "config.json").write_text("{half")
    with pytest.raises(ModelError, match=r"the teacher in .*broken cannot be loaded"):
        Teacher(broken)
    other = shutil.copytree(teacher_folder, tmp_path / "other")
    config = json.loads((other / "config.json").read_text())
    (other / "config.json").write_text(json.dumps({**config, "hidden_act": "relu"}))
    with pytest.raises(ModelError, match="activation must be GELU, this one's is 'relu'"):
        Teacher(other)


def test_a_reading_has_vectors_spans_and_their_means(teacher):
    text = "A man has fever."
    reading = teacher.read([text, f"{text} No rash."])
    live = int(reading.mask[0].sum())
    assert [text[start:end] for start, end in reading.spans[0, :live]] == ["", *text[:-1].split(), ".", ""]
    assert reading.vectors.shape[:2] == reading.mask.shape == reading.spans.shape[:2]
    assert torch.allclose(reading.sentences[0], reading.vectors[0, :live].mean(0), atol=1e-6)


def test_padding_changes_no_vector_of_a_text(teacher):
    alone = teacher.read(["A man has fever."])
    padded = teacher.read(["A man has fever.", "An old man has a cough for 3 days; no pain."])
    assert padded.mask[0].sum() < padded.mask.shape[1]
    assert torch.allclose(padded.vectors[0, : alone.vectors.shape[1]], alone.vectors[0], atol=1e-5)
    assert torch.allclose(padded.sentences[0], alone.sentences[0], atol=1e-5)


def test_a_text_longer_than_the_teacher_reads_is_cut(teacher):
    reading = teacher.read(["fever " * 300])
    assert reading.vectors.shape[1] == teacher.model.config.max_position_embeddings


def test_the_mean_of_nothing_is_zero():
    assert mean(torch.ones(1, 3, 2), torch.zeros(1, 3)).tolist() == [[0.0, 0.0]]

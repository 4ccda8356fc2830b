import pytest
import torch

from workup.pretraining.labels import NONE, LabelVectors

LABELS = ["fever", "a rash", "chest pain"]


@pytest.fixture
def student(pieces):
    from workup.pretraining.student import fresh

    return fresh(pieces, 0, d_model=16, d_kv=8, num_heads=2, d_ff=16, num_layers=1, num_decoder_layers=1)


def read(student, pieces, texts):
    batch = pieces(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        return student.encoder(**batch).last_hidden_state, batch["attention_mask"]


def test_a_label_begins_at_the_vector_of_its_words_so_that_its_own_words_are_nearest(student, pieces):
    labels = LabelVectors(student, pieces, LABELS)
    vectors, mask = read(student, pieces, LABELS)
    right, wrong = (labels.loss(vectors, mask, torch.tensor(n)).item() for n in ([0, 1, 2], [1, 2, 0]))
    assert right < 0.7 < wrong


def test_rows_without_a_label_do_not_count_and_none_at_all_is_no_loss(student, pieces):
    labels = LabelVectors(student, pieces, LABELS)
    vectors, mask = read(student, pieces, LABELS)
    some = labels.loss(vectors, mask, torch.tensor([0, NONE, 2]))
    assert torch.isclose(some, labels.loss(vectors[[0, 2]], mask[[0, 2]], torch.tensor([0, 2])), atol=1e-5)
    assert labels.loss(vectors, mask, torch.full((3,), NONE)).item() == 0


def test_padding_takes_no_part(student, pieces):
    labels = LabelVectors(student, pieces, LABELS)
    alone = labels.loss(*read(student, pieces, ["fever"]), torch.tensor([0]))
    vectors, mask = read(student, pieces, ["fever", "chest pain after a meal"])
    assert torch.isclose(labels.loss(vectors[:1], mask[:1], torch.tensor([0])), alone, atol=1e-4)


def test_a_gradient_reaches_the_labels_and_the_vectors(student, pieces):
    labels = LabelVectors(student, pieces, LABELS)
    batch = pieces(["a rash at night"], return_tensors="pt")
    vectors = student.encoder(**batch).last_hidden_state
    labels.loss(vectors, batch["attention_mask"], torch.tensor([0])).backward()
    assert labels.weight.grad.abs().sum() > 0
    assert student.encoder.block[0].layer[0].SelfAttention.q.weight.grad.abs().sum() > 0

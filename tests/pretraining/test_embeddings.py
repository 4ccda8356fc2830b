import pytest
import torch

from workup.pretraining.embeddings import of_pieces


@pytest.fixture(scope="module")
def vectors(teacher, pieces, texts):
    return of_pieces(teacher, pieces, texts)


@pytest.fixture
def read(teacher):
    """What the teacher's first layer reads for a mean of its words, at a mean position."""
    layers = teacher.model.embeddings

    def read(*words):
        ids = teacher.tokenizer.convert_tokens_to_ids(list(words))
        word = layers.word_embeddings.weight[ids].mean(0)
        position = layers.position_embeddings.weight[:64].mean(0)
        return layers.LayerNorm(word + position + layers.token_type_embeddings.weight[0]).detach()

    return read


@pytest.mark.parametrize(
    ("piece", "word"),
    [("▁fever", "fever"), ("▁An", "an"), ("itis", "##itis"), ("▁tonsil", "tonsil"), ("▁°", "°"), ("▁3", "3")],
)
def test_a_piece_that_is_one_word_of_the_teacher_reads_as_that_word(vectors, pieces, read, piece, word):
    assert torch.allclose(vectors[pieces.convert_tokens_to_ids(piece)], read(word), atol=1e-5)


def test_a_piece_that_is_one_word_here_and_another_there_reads_as_their_mean(teacher, pieces, read):
    two = of_pieces(teacher, pieces, ["tonsillitis", "8 mg/l"])
    assert torch.allclose(two[pieces.convert_tokens_to_ids("l")], read("##l", "l"), atol=1e-5)


def test_a_piece_that_occurs_nowhere_reads_as_its_letters(vectors, pieces, texts, read):
    assert not any("Z" in text for text in texts)
    assert torch.allclose(vectors[pieces.convert_tokens_to_ids("▁Z")], read("z"), atol=1e-5)
    assert vectors.isfinite().all()
    assert vectors.norm(dim=-1).min() > 0.1


def test_the_end_token_reads_as_the_teachers_separator(vectors, pieces, read):
    assert torch.allclose(vectors[pieces.eos_token_id], read("[SEP]"), atol=1e-5)

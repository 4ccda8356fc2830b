import copy

import pytest
import torch

from workup.pretraining import transplant as module
from workup.pretraining.embeddings import of_pieces
from workup.pretraining.transplant import transplant

WIDTH = 32


@pytest.fixture(scope="module")
def vectors(teacher, pieces, texts):
    return of_pieces(teacher, pieces, texts)


@pytest.fixture(scope="module")
def make(pieces, vectors, texts):
    """The student of a teacher."""

    def make(teacher, seed=0):
        return transplant(teacher, pieces, vectors, texts, decoder_layers=1, seed=seed)

    return make


@pytest.fixture(scope="module")
def student(make, teacher):
    return make(teacher)


def cosine(teacher, texts, vectors_of):
    """The mean cosine of the teacher's last vectors and others, of the same tokens of the texts.

    Args:
        vectors_of: takes what the teacher's first layer reads (B, S, D), and the mask.
    """
    batch = teacher.tokenizer(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        read = teacher.model.embeddings(batch["input_ids"])
        found = vectors_of(read, batch["attention_mask"])
    wanted, live = teacher.read(texts).vectors, batch["attention_mask"].bool()
    return torch.cosine_similarity(found[live], wanted[live], dim=-1).mean().item()


def encoder_of(model):
    """What a T5 encoder makes of the teacher's embeddings."""

    def run(read, mask):
        spare = torch.zeros(*read.shape[:2], 8)
        spare[..., 0] = module._CONSTANT
        return model.encoder(
            inputs_embeds=torch.cat([read, spare], -1), attention_mask=mask
        ).last_hidden_state[..., :WIDTH]

    return run


def test_the_student_has_the_teachers_shape_and_a_decoder_of_its_own(student, pieces):
    config = student.config
    assert (config.d_model, config.d_ff, config.d_kv, config.num_heads) == (WIDTH + 8, 64 + 8, 16, 2)
    assert (config.num_layers, config.num_decoder_layers, config.vocab_size) == (2, 1, len(pieces))
    assert (config.pad_token_id, config.eos_token_id, config.decoder_start_token_id) == (0, 1, 0)
    assert not student.training


def test_the_embeddings_are_those_given_beside_a_constant_and_are_tied(student, vectors):
    table = student.shared.weight
    assert torch.equal(table[:, :WIDTH], vectors)
    assert (table[:, WIDTH] == module._CONSTANT).all()
    assert not table[:, WIDTH + 1 :].any()
    assert student.lm_head.weight is table
    assert student.encoder.embed_tokens.weight is student.decoder.embed_tokens.weight is table


def test_the_encoder_does_what_the_teacher_does(student, teacher, texts):
    from transformers import T5ForConditionalGeneration

    torch.manual_seed(0)
    random = T5ForConditionalGeneration(student.config).eval()
    assert cosine(teacher, texts, lambda read, mask: read) < 0.5, "the teacher does much"
    assert cosine(teacher, texts, encoder_of(random)) < 0.4
    assert cosine(teacher, texts, encoder_of(student)) > 0.95


def test_a_gentle_teacher_is_followed_closely(teacher, make, texts):
    gentle = copy.deepcopy(teacher)
    with torch.no_grad():
        for weight in gentle.model.encoder.parameters():
            if weight.ndim == 2:
                weight.mul_(0.25)
    assert cosine(gentle, texts, encoder_of(make(gentle))) > 0.99


def test_norms_that_turn_dimensions_round_are_followed_too(teacher, make, texts):
    turned = copy.deepcopy(teacher)
    with torch.no_grad():
        for layer in turned.model.encoder.layer:
            layer.attention.output.LayerNorm.weight[::2] *= -1
            layer.output.LayerNorm.weight[::3] *= -1
    assert cosine(turned, texts, encoder_of(make(turned))) > 0.95


def test_the_students_own_reading_is_near_the_teachers(student, teacher, pieces, texts):
    from workup.pretraining.distillation import Distillation, agreement

    tokens, sentences = agreement(Distillation(teacher, pieces, texts), student, texts, size=16)
    assert tokens > 0.9
    assert sentences > 0.9


def test_the_decoder_depends_on_the_seed_alone_and_the_encoder_on_none(student, teacher, make):
    torch.manual_seed(1)
    state = torch.random.get_rng_state()
    again, other = make(teacher), make(teacher, seed=1)
    assert torch.equal(torch.random.get_rng_state(), state)
    for name, weight in student.state_dict().items():
        assert torch.equal(weight, again.state_dict()[name]), name
    drawn = [name for name, weight in student.state_dict().items() if weight.std() > 0 and "norm" not in name]
    differ = {name for name in drawn if not torch.equal(student.state_dict()[name], other.state_dict()[name])}
    assert differ == {name for name in drawn if name.startswith("decoder.block")}


def test_the_teacher_is_left_as_it_was(teacher, make):
    before = copy.deepcopy(teacher.model.state_dict())
    make(teacher)
    assert all(torch.equal(weight, before[name]) for name, weight in teacher.model.state_dict().items())
    assert not any(layer._forward_hooks for layer in teacher.model.modules())


@pytest.mark.parametrize(("gamma", "beta", "error"), [(0.6, 0.5, 1e-3), (-0.7, 0.5, 1e-3), (0.05, 0, 1e-2)])
def test_a_teacher_to_whom_all_tokens_are_alike_is_followed_exactly(teacher, make, texts, gamma, beta, error):
    alike = copy.deepcopy(teacher)
    layers = alike.model.embeddings
    with torch.no_grad():
        layers.word_embeddings.weight[:] = layers.word_embeddings.weight[7].clone()
        layers.position_embeddings.weight.zero_()
        last = alike.model.encoder.layer[-1].output.LayerNorm
        last.weight[3], last.bias[3] = gamma, beta
    batch = alike.tokenizer(texts[0], return_tensors="pt")
    with torch.no_grad():
        found = encoder_of(make(alike))(layers(batch["input_ids"]), batch["attention_mask"])
    torch.testing.assert_close(found, alike.read(texts[:1]).vectors, atol=error, rtol=error)


def test_pads_take_no_part_in_the_averages(teacher, pieces, vectors, texts):
    def norms(texts):
        model = transplant(teacher, pieces, vectors, texts, decoder_layers=1, seed=0)
        return torch.cat([block.layer[1].layer_norm.weight for block in model.encoder.block])

    short, long = texts[0][:20], texts[1]
    torch.testing.assert_close(norms([short] * 127 + [long]), norms([short] * 128), atol=0, rtol=0.05)


def test_the_decoder_has_as_many_layers_as_asked_for(teacher, pieces, vectors, texts):
    model = transplant(teacher, pieces, vectors, texts[:4], decoder_layers=3, seed=0)
    assert len(model.decoder.block) == 3
    assert len(model.encoder.block) == 2

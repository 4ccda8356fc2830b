import itertools

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workup.errors import DataError, ModelError
from workup.pipeline.generation import generate
from workup.pipeline.scoring.closed_set import ClosedSet
from workup.recipe import Generation, Tokens

from .conftest import BART_FAMILY, FAMILIES

SOURCES = ["a lemon", "name the colour: coal from an old book in the north", "x"]
# One is the beginning of another, one is a single token, and two answers go by two texts.
ANSWERS = {
    "yellow": ["yellow", "yellow as a lemon"],
    "black": ["black"],
    "blackish": ["black as coal", "dark"],
    "e": ["e"],
    "blue": ["blue"],
}
TOKENS = Tokens(source_length=48, target_length=16)


def alone(model, tokenizer, answers, sources=SOURCES):
    """(sources, answers): every text by a forward pass of its own, in the model's plainest form."""
    rows = []
    for source in sources:
        read = tokenizer(source, return_tensors="pt")["input_ids"]
        by_answer = []
        for texts in answers.values():
            losses = []
            for text in texts:
                labels = tokenizer(text_target=text, return_tensors="pt")["input_ids"]
                with torch.inference_mode():
                    losses.append(-float(model(input_ids=read, labels=labels).loss) * labels.shape[1])
            by_answer.append(np.logaddexp.reduce(losses))
        rows.append(by_answer)
    return np.array(rows)


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
@pytest.mark.parametrize("family", FAMILIES)
def test_scores_equal_those_of_every_text_alone(make, tokenizer, family, attention):
    try:
        model = make(family, attention)
    except ValueError:
        pytest.skip(f"this transformers has no {attention} for {family}")
    scores = ClosedSet(model, tokenizer, ANSWERS, TOKENS).score(SOURCES)
    assert scores.answers == tuple(ANSWERS)
    np.testing.assert_allclose(scores.log_probabilities, alone(model, tokenizer, ANSWERS), atol=1e-4)


@pytest.mark.parametrize("memory", [1, 2**17])
@pytest.mark.parametrize("family", ["t5", "umt5", "bart"])
def test_small_blocks_give_the_same_scores(make, tokenizer, family, memory):
    answers = {text: [text] for text in map("".join, itertools.product("abcd", repeat=2))}
    model = make(family)
    small = ClosedSet(model, tokenizer, answers, TOKENS, memory).score(SOURCES[:2])
    whole = ClosedSet(model, tokenizer, answers, TOKENS, 2**30).score(SOURCES[:2])
    np.testing.assert_allclose(small.log_probabilities, whole.log_probabilities, atol=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_above_the_floor_is_as_exact_as_without(make, tokenizer, family):
    closed = ClosedSet(make(family), tokenizer, ANSWERS, TOKENS)
    exact = closed.score(SOURCES).log_probabilities
    floor = float(np.exp(np.median(exact)))
    found = closed.score(SOURCES, floor).log_probabilities
    above = exact >= np.log(floor)
    assert above.any()
    assert not above.all()
    np.testing.assert_allclose(found[above], exact[above], atol=1e-4)
    below = found[~above]
    assert (np.isneginf(below) | (below < np.log(floor))).all()


@pytest.mark.parametrize("family", ["t5", "bart"])
def test_in_bfloat16_lengths_are_padded_and_the_scores_stay_near(make, tokenizer, family):
    model = make(family)
    exact = ClosedSet(model, tokenizer, ANSWERS, TOKENS).score(SOURCES).log_probabilities
    closed = ClosedSet(model.bfloat16(), tokenizer, ANSWERS, TOKENS)
    for floor in (0.0, 1e-30):
        np.testing.assert_allclose(closed.score(SOURCES, floor).log_probabilities, exact, rtol=0.05)


@pytest.mark.parametrize("family", ["t5", "bart"])
def test_beginnings_below_the_floor_are_not_followed(make, tokenizer, monkeypatch, family):
    closed = ClosedSet(make(family), tokenizer, ANSWERS, TOKENS)
    read = []
    kind = type(closed.reader)
    follow = kind.read
    monkeypatch.setattr(kind, "read", lambda self, *given: read.append(given) or follow(self, *given))
    scores = closed.score(SOURCES[:1], 0.999)
    assert len(read) == 1  # the root, behind which nothing is that likely
    assert np.isneginf(scores.log_probabilities[0]).sum() > 1
    assert scores.outside[0] >= closed.score(SOURCES[:1]).outside[0]


@pytest.mark.parametrize("family", ["t5", "bart"])
@pytest.mark.parametrize("floor", [0.0, 0.01])
def test_no_other_text_is_more_probable_than_is_said(make, tokenizer, family, floor):
    """Whatever the model writes first beside the answers, by a search of many beams."""
    model = make(family)
    known = ["yellow", "black as coal"]
    scores = ClosedSet(model, tokenizer, {name: [name] for name in known}, TOKENS).score(SOURCES, floor)
    generation = Generation(num_beams=20, max_new_tokens=6, length_penalty=0.0)
    for number, found in generate(model, tokenizer, SOURCES, TOKENS, generation, 20):
        others = [np.exp(one.score) for one in found if one.text.strip() not in known]
        assert others
        assert max(others) <= scores.likeliest_other[number] + 1e-6


texts = st.text("abc ", min_size=1, max_size=8).map(str.strip).filter(bool)


@given(answers=st.lists(texts, min_size=1, max_size=10, unique_by=lambda text: tuple(text.split())))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8)
@pytest.mark.parametrize("family", ["flan", "mbart"])
def test_any_texts_score_as_they_do_alone(make, tokenizer, family, answers):
    model = make(family)
    closed = {text: [text] for text in answers}
    scores = ClosedSet(model, tokenizer, closed, TOKENS, 2**19).score(SOURCES[:2])
    np.testing.assert_allclose(
        scores.log_probabilities, alone(model, tokenizer, closed, SOURCES[:2]), atol=1e-4
    )


def test_one_answer_of_one_token_can_be_scored(make, tokenizer):
    model = make("t5")
    answers = {"e": ["e"]}
    scores = ClosedSet(model, tokenizer, answers, TOKENS).score(["x"])
    np.testing.assert_allclose(scores.log_probabilities, alone(model, tokenizer, answers, ["x"]), atol=1e-4)


def test_no_source_gives_no_row(make, tokenizer):
    scores = ClosedSet(make("t5"), tokenizer, ANSWERS, TOKENS).score([])
    assert scores.log_probabilities.shape == (0, len(ANSWERS))
    assert scores.outside.shape == (0,)


def test_sources_are_read_as_in_generation(make, tokenizer):
    """Cut at the recipe's length, and padded to it where the recipe says so."""
    closed = ClosedSet(make("t5"), tokenizer, ANSWERS, Tokens(source_length=4, padding="max_length"))
    first, second = closed.score(["a lemon from the old book", "a lemon from the north"]).log_probabilities
    np.testing.assert_allclose(first, second, atol=1e-6)


def test_what_is_outside_and_inside_adds_up_to_one(make, tokenizer):
    scores = ClosedSet(make("t5"), tokenizer, ANSWERS, TOKENS).score(SOURCES)
    inside = np.exp(scores.log_probabilities).sum(axis=1)
    np.testing.assert_allclose(inside + scores.outside, 1.0, atol=1e-6)
    assert ((scores.outside >= 0) & (scores.outside <= 1)).all()


def test_a_generated_text_has_the_probability_that_the_search_gave_it(learned_run):
    predictor = learned_run.predictor
    model, tokenizer, tokens = predictor.model, predictor.tokenizer, predictor.recipe.tokens
    sources = [predictor.source(f"a {thing} from the market") for thing in ("lemon", "coal", "snow")]
    beams = Generation(num_beams=3, length_penalty=0.0)
    for position, (best,) in generate(model, tokenizer, sources, tokens, beams):
        closed = ClosedSet(model, tokenizer, {best.text: [best.text]}, tokens)
        scores = closed.score([sources[position]])
        assert scores.log_probabilities[0, 0] == pytest.approx(best.score, abs=1e-3)


@pytest.mark.parametrize("family", BART_FAMILY)
def test_a_forced_first_token_is_given_and_not_scored(make, tokenizer, family):
    model = make(family)
    plain = {text: [text] for text in ("black", "blue")}
    model.generation_config.forced_bos_token_id = 2
    scores = ClosedSet(model, tokenizer, plain, TOKENS).score(["x"])
    read = tokenizer("x", return_tensors="pt")["input_ids"]
    for column, text in enumerate(plain):
        ids = tokenizer(text)["input_ids"]
        with torch.inference_mode():
            logits = model(input_ids=read, decoder_input_ids=torch.tensor([[1, 2, *ids[:-1]]])).logits
        steps = logits[0, 1:].log_softmax(-1)[range(len(ids)), ids]
        assert scores.log_probabilities[0, column] == pytest.approx(float(steps.sum()), abs=1e-4)


def test_scoring_leaves_the_model_as_it_was(make, tokenizer):
    model = make("t5")
    before = alone(model, tokenizer, ANSWERS)
    ClosedSet(model, tokenizer, ANSWERS, TOKENS).score(SOURCES)
    np.testing.assert_array_equal(alone(model, tokenizer, ANSWERS), before)


def test_an_answer_beyond_the_last_position_is_refused(make, tokenizer):
    model = make("bart", max_position_embeddings=8)
    with pytest.raises(DataError, match=r"answer 'long' takes \d+ tokens, but the decoder has 8 positions"):
        ClosedSet(model, tokenizer, {"e": ["e"], "long": ["q w e r t z u i o p"]}, Tokens(target_length=64))


def test_a_decoder_alone_is_refused(tokenizer):
    from transformers import GPT2Config, GPT2LMHeadModel

    model = GPT2LMHeadModel(GPT2Config(vocab_size=400, n_positions=32, n_embd=16, n_layer=1, n_head=2))
    with pytest.raises(ModelError, match="cannot be scored with a gpt2 model"):
        ClosedSet(model, tokenizer, ANSWERS)

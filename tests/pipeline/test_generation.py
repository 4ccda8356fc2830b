import pytest

from workup.pipeline.generation import generate
from workup.pipeline.model import load
from workup.recipe import Generation, Tokens

SOURCES = ["name the colour: a lemon", "name the colour: coal from an old book in the north", "x"]
TOKENS = Tokens(source_length=32, target_length=8)


def answers(base, settings, candidates=1):
    found = dict(generate(base.model, base.tokenizer, SOURCES, TOKENS, settings, candidates))
    return [found[i] for i in range(len(SOURCES))]


@pytest.mark.parametrize("family", ["tiny_t5", "tiny_bart"])
@pytest.mark.parametrize("beams", [1, 3])
def test_every_source_gets_its_own_answer_at_its_own_position(request, family, beams):
    base = load(str(request.getfixturevalue(family)))
    settings = Generation(num_beams=beams, max_new_tokens=5)
    together = [found[0].text for found in answers(base, settings)]
    alone = [
        next(generate(base.model, base.tokenizer, [source], TOKENS, settings))[1][0].text
        for source in SOURCES
    ]
    assert together == alone


def test_candidates_come_ranked_by_their_log_probability(tiny_t5):
    for found in answers(load(str(tiny_t5)), Generation(num_beams=2, max_new_tokens=5), candidates=4):
        scores = [candidate.score for candidate in found]
        assert len(found) == 4
        assert scores == sorted(scores, reverse=True)
        assert all(score < 0 for score in scores)


def test_greedy_search_claims_no_score(tiny_t5):
    assert answers(load(str(tiny_t5)), Generation(num_beams=1, max_new_tokens=3))[0][0].score is None


def test_the_length_limits_and_the_checkpoints_forbidden_tokens_hold(tiny_t5):
    base = load(str(tiny_t5))
    base.model.generation_config.suppress_tokens = [0, 2]  # pad and start: they would not show in the text
    long = answers(base, Generation(num_beams=1, max_new_tokens=30, min_new_tokens=30))[0][0].text
    short = answers(base, Generation(num_beams=1, max_new_tokens=2))[0][0].text
    assert len(base.tokenizer(long)["input_ids"]) > 2 * len(base.tokenizer(short)["input_ids"])


def test_generation_leaves_the_models_own_settings_alone(tiny_t5):
    base = load(str(tiny_t5))
    before = base.model.generation_config.to_dict()
    answers(base, Generation(num_beams=3, repetition_penalty=2.0))
    assert base.model.generation_config.to_dict() == before


def test_the_recipes_settings_win_over_those_a_checkpoint_brings_along(tiny_t5):
    plain, opinionated = load(str(tiny_t5)), load(str(tiny_t5))
    opinionated.model.generation_config.update(
        repetition_penalty=9.0, no_repeat_ngram_size=1, length_penalty=-3.0, num_beams=7, min_new_tokens=6
    )
    settings = Generation(num_beams=3, max_new_tokens=8)
    assert answers(opinionated, settings) == answers(plain, settings)

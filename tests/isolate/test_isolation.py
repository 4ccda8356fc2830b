import pytest

from workup.isolate.culprits import Culprits
from workup.isolate.isolation import concluded
from workup.isolate.setting import Setting
from workup.isolate.trials import GOOD, Trials

BAD, A = frozenset("ab"), frozenset("a")


@pytest.fixture
def trials():
    """Four seeds of both ends, and two of a alone, which does all the harm."""

    def measure(settings):
        return [s.seed - 3 * ("a" in s.changed) + 0.1 * (s.seed % 2) * len(s.changed) for s in settings]

    made = Trials("ab", measure, most=60)
    made.run(Setting(end, seed) for seed in range(4) for end in (GOOD, BAD))
    made.run([Setting(A, 0), Setting(A, 1)])
    return made


def test_effects_are_paired_by_seed_so_that_what_seeds_share_is_no_noise(trials):
    effect = concluded("alike", trials, BAD).effects[BAD]
    assert effect.value == pytest.approx(-2.9)
    assert effect.seeds == 4
    assert effect.high - effect.low < 0.5


def test_fewer_seeds_give_a_wider_interval(trials):
    effects = concluded("alike", trials, BAD).effects
    assert effects[A].high - effects[A].low > effects[BAD].high - effects[BAD].low


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("together", "a and b make the difference, and only together. "),
        ("any", "a and b make the difference, each by itself. "),
        ("sum", "a and b make the difference. "),
    ],
)
def test_the_sentence_says_how_culprits_act(trials, how, said):
    found = concluded("culprit", trials, BAD, [(Culprits(BAD, how), 1.0)])
    assert found.sentence().startswith(said)
    assert (found.interaction, found.each) == (how == "together", how == "any")


def test_what_is_not_settled_names_the_likeliest_with_their_probability(trials):
    found = concluded(
        "inconclusive", trials, BAD, [(Culprits(A, "alone"), 0.62), (Culprits(BAD, "sum"), 0.004)]
    )
    assert "Likeliest: a (62 %)." in found.sentence()
    assert not found.culprits

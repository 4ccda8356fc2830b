import random

import pytest

from workup.examine.checks.input.pairing_shifted import pairing_shifted
from workup.examine.finding import Severity

THINGS = ["lamp", "chair", "table", "shelf", "box", "pen", "clock", "mirror", "carpet", "kettle", "drawer"]
PLACES = ["attic", "cellar", "garden", "kitchen", "hall", "study", "garage", "porch", "larder", "stable"]


def columns(count=200):
    """Sources that say what stands where, and targets that ask for nothing else."""
    draw = random.Random(0)
    picked = [(draw.choice(THINGS), draw.choice(PLACES), draw.choice(THINGS)) for _ in range(count)]
    sources = [f"in the {place} a {thing} stands beside the old {other}" for thing, place, other in picked]
    return sources, [f"the {thing} is in the {place}" for thing, place, _ in picked]


@pytest.mark.parametrize("by", [-3, -1, 1, 2])
def test_targets_that_slipped_are_found_with_their_shift(examine, pairs, by):
    sources, targets = columns()
    slipped = targets[-by:] + targets[:-by]
    (finding,) = examine(pairing_shifted, train_pairs=pairs(sources, slipped))
    assert finding.severity is Severity.ERROR
    assert finding.evidence["shift"] == by
    assert finding.evidence["words found after the shift"] > 0.8


def test_a_row_lost_in_one_column_shifts_what_comes_after_it(examine, pairs):
    sources, targets = columns()
    del targets[100]
    (finding,) = examine(pairing_shifted, train_pairs=pairs(sources[:-1], targets))
    assert finding.evidence["shift"] == -1
    assert finding.evidence["first row"] > 90


def test_pairs_that_belong_together_are_sound(examine, pairs):
    assert not examine(pairing_shifted, train_pairs=pairs(*columns()))


def test_targets_that_share_no_word_with_their_sources_cannot_be_judged(examine, pairs):
    sources, targets = columns()
    labels = [str(len(target) % 5) for target in targets]
    assert not examine(pairing_shifted, train_pairs=pairs(sources, labels[1:] + labels[:1]))


def test_shuffled_targets_fit_no_neighbour(examine, pairs):
    sources, targets = columns()
    random.Random(1).shuffle(targets)
    assert not examine(pairing_shifted, train_pairs=pairs(sources, targets))


def test_turns_of_a_conversation_take_up_the_turn_before(examine, pairs):
    turns = columns()[0]
    assert not examine(pairing_shifted, train_pairs=pairs(turns[:-1], turns[1:]))


def test_sources_that_carry_the_conversation_so_far_are_sound(examine, pairs):
    draw = random.Random(2)
    asked = [f"{draw.choice(THINGS)} {draw.choice(PLACES)}" for _ in range(200)]
    said = [f"{draw.choice(THINGS)} {draw.choice(PLACES)}" for _ in range(200)]
    sources = [f"{asked[n - 1]} {said[n - 1]} {asked[n]}" for n in range(200)]
    assert not examine(pairing_shifted, train_pairs=pairs(sources, said))


def test_several_questions_on_one_text_are_sound(examine, pairs):
    sources, targets = columns(60)
    joined = [". ".join(sources[n - n % 3 : n - n % 3 + 3]) for n in range(60)]
    assert not examine(pairing_shifted, train_pairs=pairs(joined, targets))

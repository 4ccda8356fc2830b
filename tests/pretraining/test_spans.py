import random

import pytest

from workup.pretraining.spans import corrupt

EOS = 1
SENTINELS = range(1000, 1100)


def corrupted(length, seed, sentinels=SENTINELS):
    """The ids of a text, its source and its target."""
    ids = list(range(2, 2 + length))
    return ids, *corrupt(ids, sentinels, EOS, random.Random(seed))


def gaps(target):
    """What stands behind each sentinel of a target."""
    found = {}
    for id in target[:-1]:
        if id in SENTINELS:
            found[id] = []
        else:
            found[max(found)].append(id)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_gaps_put_back_at_their_sentinels_give_the_text(seed):
    for length in range(2, 301):
        ids, source, target = corrupted(length, seed)
        fill = gaps(target)
        assert [id for kept in source[:-1] for id in fill.get(kept, [kept])] == ids
        assert (source[-1], target[-1]) == (EOS, EOS)


def test_a_gap_is_one_sentinel_in_source_and_target_and_no_two_gaps_touch():
    for seed in range(50):
        _, source, target = corrupted(200, seed)
        used = [place for place, id in enumerate(source) if id in SENTINELS]
        assert [source[place] for place in used] == list(gaps(target)) == list(SENTINELS[: len(used)])
        assert all(gaps(target).values())
        assert all(after - before > 1 for before, after in zip([-1, *used], used, strict=False))


def test_fifteen_in_a_hundred_ids_are_masked_in_gaps_of_three():
    for length in (100, 200, 300):
        fill = gaps(corrupted(length, 0)[2])
        masked = sum(map(len, fill.values()))
        assert masked == pytest.approx(0.15 * length, abs=1)
        assert masked / len(fill) == pytest.approx(3, abs=0.25)


def test_every_place_of_a_text_is_masked_at_times():
    seen = {id for seed in range(500) for filled in gaps(corrupted(40, seed)[2]).values() for id in filled}
    assert seen == set(range(3, 42)), "the first id alone is always kept: a gap follows what is kept"


def test_there_are_no_more_gaps_than_sentinels_and_nothing_is_lost_for_it():
    ids, source, target = corrupted(300, 0, sentinels=SENTINELS[:4])
    assert len(gaps(target)) == 4
    assert [id for kept in source[:-1] for id in gaps(target).get(kept, [kept])] == ids
    assert sum(id in SENTINELS for id in source) == 4


def test_the_same_seed_gives_the_same_gaps_and_another_seed_does_not():
    assert corrupted(100, 7) == corrupted(100, 7)
    assert corrupted(100, 7) != corrupted(100, 8)

import random

from workup.data.minhash import band_keys

WORDS = [f"word{number}" for number in range(2000)]


def share_a_key(rng, words_exchanged):
    words = rng.sample(WORDS, 20)
    other = [rng.choice(WORDS) if place < words_exchanged else word for place, word in enumerate(words)]
    return bool(set(band_keys(" ".join(words))) & set(band_keys(" ".join(other))))


def test_a_text_meets_itself_in_every_band():
    keys = band_keys("fever and a cough for three days")
    assert keys == band_keys("fever and a cough for three days")
    assert len(set(keys)) == 16


def test_texts_that_share_nine_words_in_ten_meet_and_texts_that_share_none_hardly_ever():
    rng = random.Random(0)
    assert sum(share_a_key(rng, 2) for _ in range(200)) >= 195
    assert sum(share_a_key(rng, 20) for _ in range(200)) <= 20


def test_texts_of_a_few_letters_have_keys_too():
    assert band_keys("ab") != band_keys("cd")

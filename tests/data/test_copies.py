import random

import pytest
from rapidfuzz import fuzz

from workup.clinic.cases import rows
from workup.data.copies import Index
from workup.data.nearest import NEAR_COPY, normalise

TEXTS = [
    "Fever for 3 days, productive cough, pleuritic pain. CRP: 180 mg/L.",
    "A hard lump in the left breast with dimpled skin and a fixed axillary node.",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEXTS[0], (0, "exact")),
        ("fever for 5 days, Productive cough; pleuritic pain. CRP 212 mg/L", (0, "normalised")),
        ("A hard lump in the right breast with dimpled skin and a fixed axillary node.", (1, "near")),
    ],
)
def test_a_copy_is_found_and_its_kind_named(text, expected):
    match = Index(TEXTS).best(text)
    assert (match.index, match.kind) == expected


@pytest.mark.parametrize("text", ["She has been coughing and hot since Monday.", "", "…", "ab"])
def test_a_rewrite_and_a_text_of_nothing_are_no_copies(text):
    assert Index(TEXTS).best(text) is None


def test_the_nearest_of_several_near_copies_is_the_best():
    texts = [TEXTS[1].replace("hard lump", "soft lump").replace("left", "other"), TEXTS[1]]
    assert Index(texts).best(TEXTS[1].replace("fixed", "firm")).index == 1


def test_a_text_shorter_than_a_shingle_can_still_be_a_copy():
    assert Index(["ab", "cd"]).best("Cd!").index == 1


def test_nine_in_ten_near_copies_with_words_changed_at_random_are_found():
    rng = random.Random(0)
    texts = [row.values["text"] for row in rows()][::3]
    words = sorted({word for text in texts for word in text.split()})
    index, near, found = Index(texts), 0, 0
    for number, text in enumerate(texts):
        changed = " ".join(rng.choice(words) if rng.random() < 0.15 else word for word in text.split())
        if fuzz.ratio(normalise(changed), normalise(text)) >= 100 * NEAR_COPY:
            near += 1
            match = index.best(changed)
            found += match is not None and match.index == number
    assert near > 200
    assert found > 0.9 * near

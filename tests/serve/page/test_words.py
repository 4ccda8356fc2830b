from datetime import UTC, datetime, timedelta

import pytest

from workup.serve.page.words import ago, frequency, scale


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0.999, "more than 99 in 100"),
        (0.004, "fewer than 1 in 100"),
        (0.8, "about 8 in 10"),
        (0.51, "about 5 in 10"),
        (0.75, "about 75 in 100"),
        (0.04, "about 4 in 100"),
        (0.96, "about 96 in 100"),
    ],
)
def test_a_share_is_told_as_a_count(share, told):
    assert frequency(share) == told


def test_no_count_is_more_than_four_in_a_hundred_from_its_share():
    for percent in range(1, 100):
        part, whole = frequency(percent / 100).removeprefix("about ").split(" in ")
        assert abs(int(part) / int(whole) - percent / 100) <= 0.03


def test_the_words_begin_at_nothing_and_rise():
    starts = [low for _, low in scale()]
    assert starts[0] == 0
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(0, "just now"), (1, "1 minute ago"), (59, "59 minutes ago"), (60, "1 hour ago"), (1500, "1 day ago")],
)
def test_a_moment_is_told_by_how_long_ago_it_was(minutes, told):
    assert ago(datetime.now(UTC) - timedelta(minutes=minutes, seconds=5)) == told


def test_long_ago_is_a_date():
    assert ago(datetime(2026, 1, 2, tzinfo=UTC)) == "on 2026-01-02"

from workup.examine.trace.layout import is_marked, places
from workup.examine.trace.trace import Cell, Line, Strip


def strip(pieces):
    return Strip("s", "", (Line("pieces", tuple(Cell(piece) for piece in pieces)),))


def test_a_short_strip_is_shown_whole():
    assert places(strip("abcdefg"), frozenset(), 7) == list(range(7))
    assert places(Strip("s", "", ()), frozenset(), 7) == []


def test_the_middle_of_a_run_of_one_piece_is_left_out_and_counted():
    assert places(strip("a" + "b" * 20 + "c"), frozenset(), 64) == [0, 1, 2, 3, range(4, 19), 19, 20, 21]
    assert places(strip("a" + "b" * 8), frozenset(), 64) == list(range(9))


def test_a_long_strip_keeps_beginning_end_and_what_stands_around_a_mark():
    pieces = [str(n) for n in range(100)]
    assert places(strip(pieces), frozenset({50}), 8) == [
        *range(6), range(6, 48), 48, 49, 50, 51, 52, range(53, 98), 98, 99,
    ]  # fmt: skip


def test_every_position_is_shown_or_counted_once():
    pieces = ["x"] * 300 + [str(n) for n in range(300)] + ["y"] * 300
    shown = places(strip(pieces), frozenset(range(880, 900)), 64)
    counted = [n for place in shown for n in ([place] if isinstance(place, int) else place)]
    assert counted == list(range(900))
    assert len(shown) < 64 + 50


def test_a_mark_in_what_is_left_out_is_not_lost():
    assert is_marked(range(4, 9), frozenset({6}))
    assert not is_marked(range(4, 9), frozenset({9}))
    assert is_marked(3, frozenset({3}))

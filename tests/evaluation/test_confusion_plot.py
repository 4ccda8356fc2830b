from xml.etree import ElementTree

import pytest

from workup.evaluation.confusion import UNKNOWN, Confusions, Pair
from workup.evaluation.confusion_plot import of_confusions
from workup.evaluation.metrics import Proportion

SVG = "{http://www.w3.org/2000/svg}"
BOTH_WAYS = Pair("crimson", "scarlet <2>", Proportion(2, 3), Proportion(1, 1), 1, ("a", "b", "c"))
ONE_WAY = Pair("navy", UNKNOWN, Proportion(1, 2), Proportion(0, 0), 0, ("d",))
FOUND = Confusions(Proportion(4, 6), (BOTH_WAYS, ONE_WAY), ("red", "blue"), ((3, 0, 0), (0, 0, 1)), (4, 2))


def drawn(found, kind):
    root = ElementTree.fromstring(of_confusions(found))
    return root.findall(f"{SVG}rect[@class='{kind}']")


def texts(found):
    return [element.text for element in ElementTree.fromstring(of_confusions(found)).iter(f"{SVG}text")]


def test_every_pair_is_a_bar_as_long_as_its_count():
    (double, single), (back,) = drawn(FOUND, "there"), drawn(FOUND, "back")
    widths = [float(bar.get("width")) for bar in (double, single, back)]
    assert widths == pytest.approx([widths[0], widths[0] / 2, widths[0] / 2], abs=0.1)


def test_every_count_between_groups_is_a_cell_and_the_own_group_is_framed():
    assert len(drawn(FOUND, "cell")) == 2
    assert len(drawn(FOUND, "empty")) == 4
    assert len(drawn(FOUND, "within")) == 2
    assert {"3 of 4", "1 of 2"} <= set(texts(FOUND))


def test_the_column_of_no_known_answer_is_there_only_where_it_is_needed():
    known = Confusions(FOUND.wrong, (BOTH_WAYS,), FOUND.groups, ((3, 0, 0), (1, 0, 0)), FOUND.tested)
    assert UNKNOWN in texts(FOUND)
    assert UNKNOWN not in texts(known)


def test_the_plot_is_told_in_words():
    label = ElementTree.fromstring(of_confusions(FOUND)).get("aria-label")
    assert label.startswith("4 of 6 answers are wrong: scarlet <2> for crimson 2 of 3, and 1 of 1 the other")


def test_a_plot_without_groups_or_without_mistakes_is_still_one():
    assert "none" in texts(Confusions(Proportion(0, 5), (), (), (), ()))
    assert not drawn(Confusions(FOUND.wrong, FOUND.pairs, (), (), ()), "cell")

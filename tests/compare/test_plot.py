from xml.etree import ElementTree

from workup.compare.plot import Line, draw, of_comparison

SVG = "{http://www.w3.org/2000/svg}"


def test_every_line_is_drawn_and_told_in_words():
    root = ElementTree.fromstring(
        draw("B minus A", [Line("seed <0>", 5, -2, 12), Line("all", 4, 1, 7, True)])
    )
    assert len(root.findall(f"{SVG}g")) == 2
    assert root.get("aria-label") == "B minus A: seed <0> +5.0 (-2.0 to +12.0); all +4.0 (+1.0 to +7.0)"


def test_no_difference_is_marked_even_when_all_intervals_are_above_it():
    root = ElementTree.fromstring(draw("B minus A", [Line("all", 4, 1, 7)]))
    zero = root.find(f"{SVG}line[@class='none']")
    circle = root.find(f"{SVG}g/{SVG}circle")
    assert float(zero.get("x1")) < float(circle.get("cx"))


def test_a_plot_of_nothing_different_can_be_drawn():
    ElementTree.fromstring(draw("B minus A", [Line("all", 0, 0, 0)]))


def test_a_comparison_shows_each_seed_and_all_together(compared):
    drawn = of_comparison(compared([[1, 0, 1, 0]] * 3, [[1, 1, 1, 0]] * 3))
    assert [name in drawn for name in ("seed 0", "seed 2", "all 3 seeds")] == [True] * 3
    assert "the two runs" in of_comparison(compared([[1, 0, 1]], [[1, 1, 1]]))

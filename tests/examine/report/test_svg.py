import xml.etree.ElementTree as xml

import pytest

from workup.examine.report import Plot, Series
from workup.examine.report.svg import draw, nice_ticks

NAMESPACE_FREE = ("line", "polyline", "rect", "text")


def elements(plot):
    root = xml.fromstring(draw(plot))
    return root, {name: root.findall(name) for name in NAMESPACE_FREE}


def points_of(polyline):
    return [tuple(map(float, point.split(","))) for point in polyline.get("points").split()]


def test_a_falling_loss_falls_on_the_page():
    plot = Plot("Loss", "step", "nats", (Series("training", ((0, 4.0), (50, 2.0), (100, 1.0))),))
    _, drawn = elements(plot)
    points = points_of(drawn["polyline"][0])
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert [y for _, y in points] == sorted(y for _, y in points)  # the page counts downwards


def test_two_lines_are_told_apart_by_a_legend_and_by_their_class():
    lines = (Series("training", ((0, 4.0), (1, 2.0))), Series("evaluation", ((0, 3.0), (1, 2.5))))
    _, drawn = elements(Plot("Loss", "step", "nats", lines))
    assert [one.get("class") for one in drawn["polyline"]] == ["line line-1", "line line-2"]
    assert {"training", "evaluation"} <= {one.text for one in drawn["text"]}


def test_a_plot_is_told_in_words_too_and_its_words_are_escaped():
    bars = Plot("Loss <by> kind", "kind", "nats", (Series("loss", (("text", 3.5), ("pad", 0.0))),), bars=True)
    root, drawn = elements(bars)
    assert root.get("aria-label") == "Loss <by> kind, nats: text 3.5, pad 0"
    assert [float(one.get("height")) > 0 for one in drawn["rect"]] == [True, False]


@pytest.mark.parametrize("points", [((0, 0.0), (1, 0.0)), ((5, 2.0), (5, 2.0)), ((1, 1e-9), (2, 1e9))])
def test_flat_single_and_extreme_values_stay_within_the_frame(points):
    root, drawn = elements(Plot("Loss", "step", "nats", (Series("training", points),)))
    _, _, width, height = map(float, root.get("viewBox").split())
    for x, y in points_of(drawn["polyline"][0]):
        assert 0 <= x <= width
        assert 0 <= y <= height


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 9.7), (0, 3e-4), (1, 1840), (0, 1.2e6), (17, 18)])
def test_ticks_are_few_round_and_reach_over_the_values(low, high):
    ticks = nice_ticks(low, high)
    assert 3 <= len(ticks) <= 7
    assert ticks[0] <= low
    assert ticks[-1] >= high
    step = f"{ticks[1] - ticks[0]:.0e}"
    assert step[0] in "125"

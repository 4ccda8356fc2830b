from xml.etree import ElementTree

import numpy as np

from workup.evaluation.plot import of_reliability, of_risk_coverage
from workup.evaluation.reliability import reliability
from workup.evaluation.selective import at_coverage, risk_coverage

SVG = "{http://www.w3.org/2000/svg}"
CONFIDENCE = np.linspace(0.05, 1, 40)
RIGHT = np.arange(40) % 3 > 0


def test_every_bin_is_drawn_and_told_in_words():
    root = ElementTree.fromstring(of_reliability(reliability(CONFIDENCE, RIGHT), "Model <1>"))
    assert len(root.findall(f"{SVG}circle")) == len(root.findall(f"{SVG}line[@class='interval']")) == 10
    assert root.get("aria-label").startswith("Model <1>: stated 0.09, right 2 of 4; ")


def test_a_bin_that_keeps_its_word_stands_on_the_diagonal():
    root = ElementTree.fromstring(of_reliability(reliability(np.ones(20), np.ones(20, bool))))
    points, diagonal = root.findall(f"{SVG}circle"), root.find(f"{SVG}line[@class='none']")
    assert {(point.get("cx"), point.get("cy")) for point in points} == {
        (diagonal.get("x2"), diagonal.get("y2"))
    }


def test_the_curve_of_risk_shows_the_chosen_point():
    found = risk_coverage(CONFIDENCE, RIGHT)
    root = ElementTree.fromstring(of_risk_coverage(found, at_coverage(CONFIDENCE, RIGHT, 0.5)))
    assert len(root.findall(f"{SVG}circle")) == 1
    assert len(root.find(f"{SVG}polyline").get("points").split()) == 40
    assert "of the chosen 0.500" in root.get("aria-label")
    assert "circle" not in of_risk_coverage(found)
